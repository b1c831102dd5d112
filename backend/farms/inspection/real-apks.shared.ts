/** The inspection of real APKs, against what the Android tools say of them; and what an upload tells of the same files. */
import { describe, expect, test } from '@jest/globals';
import { REFUSED_BUILDS, readShared, sharedBuilds } from '../../testing/apks/shared-apks.ts';
import { farmFile, farmJob } from '../../testing/farm-job.ts';
import { readMetadata } from '../../uploads/metadata/read-metadata.ts';
import { submit } from '../contract.ts';
import type { FarmTest } from '../port.ts';
import { createInspectionFarm } from './adapter.ts';

const farm = createInspectionFarm();
const apks = sharedBuilds().filter(({ path }) => path.endsWith('.apk') && !REFUSED_BUILDS.includes(path));

/** By their names: without a signature, or with one that is not theirs. */
const NOT_SIGNED =
  /unsigned|golden-aligned-in|ShortName|sig-does-not-verify|wrong-signature|cert-and-public-key-mismatch/;

async function inspect(path: string): Promise<FarmTest[]> {
  const job = farmJob(path, farmFile(path.split('/').at(-1) ?? path, 'apk', readShared(path)), {
    framework: 'inspection',
  });
  const { externalId } = await submit(farm, job);
  expect(await farm.observe(job, externalId)).toMatchObject({ state: 'ended', outcome: 'completed' });
  const { tests, expected } = await farm.results(job, externalId);
  expect(expected).toBe(tests.length);
  return tests;
}

describe('every real APK that Android takes', () => {
  test.each(apks.map(({ path, facts }) => [path, facts]))('%s', async (path, facts) => {
    const tests = await inspect(path);
    const names = tests.map(({ suite, name }) => `${suite} › ${name}`);
    expect(new Set(names).size).toBe(names.length);
    for (const failed of tests.filter((test) => test.outcome === 'failed')) expect(failed.message).toBeTruthy();

    const outcomeOf = (part: RegExp) => tests.find(({ name }) => part.test(name))?.outcome;
    const [, target] = /target SDK (\d+)/.exec(facts) ?? [];
    if (target) expect(outcomeOf(/target SDK/)).toBe(Number(target) >= 34 ? 'passed' : 'failed');
    if (NOT_SIGNED.test(path)) expect(outcomeOf(/is signed/)).toBe('failed');

    const source = {
      size: readShared(path).length,
      read: async (offset: number, length: number) => readShared(path).subarray(offset, offset + length),
    };
    const { metadata } = await readMetadata(null, path, source);
    const [, name] = /package ([\w.]+);/.exec(facts) ?? [];
    expect(metadata?.package).toBe(name);
  });
});

test.each(REFUSED_BUILDS)('%s gives no verdict of its own', async (path) => {
  const bytes = readShared(path);
  const source = {
    size: bytes.length,
    read: async (offset: number, length: number) => bytes.subarray(offset, offset + length),
  };
  await expect(readMetadata(null, path, source)).rejects.toMatchObject({ code: 'invalid_artifact' });
});
