import { describe, expect, test } from '@jest/globals';
import { apkFile, sourceOf } from '../testing/apks/apk-file.ts';
import { hostileBuilds } from '../testing/builds/hostile-builds.ts';
import { growth } from '../testing/growth.ts';
import { readBuild } from './read-build.ts';

const MIB = 1024 * 1024;

describe('C5: a hostile build', () => {
  const builds = hostileBuilds();

  // Only names and numbers stand in the table: the test runner prints a table's cells, and these are megabytes.
  test.each(builds.map(([what], index) => [what, index] as const))(
    '%s is refused, quickly and in little memory',
    async (_, index) => {
      const [, bytes, refusal] = builds[index] as (typeof builds)[number];
      // The first thread of a process pays for what all share.
      await readBuild(sourceOf(apkFile()));
      let took = Number.POSITIVE_INFINITY;
      // Twice where the machine stood still meanwhile: what costs too much does so each time.
      for (let attempt = 0; attempt < 2 && took > 2000; attempt++) {
        const began = performance.now();
        const grown = await growth(() =>
          expect(readBuild(sourceOf(bytes))).rejects.toMatchObject({
            code: 'invalid_artifact',
            message: expect.stringContaining(refusal),
          }),
        );
        took = performance.now() - began;
        expect(grown).toBeLessThan(128 * MIB);
      }
      expect(took).toBeLessThan(2000);
    },
  );
});
