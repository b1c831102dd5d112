/** Real files against what the Android tools say of them. Runs where DEVICELANE_SHARED_DATA names the folder that holds them. */
import { describe, expect, test } from '@jest/globals';
import { sourceOf } from '../testing/apks/apk-file.ts';
import { REFUSED_BUILDS, readShared, sharedBuilds } from '../testing/apks/shared-apks.ts';
import { readApk, readBuild } from './read-build.ts';

const rows = sharedBuilds();

function open(path: string) {
  return sourceOf(readShared(path));
}

/** Files of which the table's old apksigner says less than is so. */
const SIGNED_AFTER_ALL: Record<string, string[]> = {
  // A plain JDK lacks RSA-PSS; the file's name says that it is sound.
  'apps/apk-signing/v2-only-with-rsa-pss-sha256-2048.apk': ['v2'],
  // It does not know v3.1; the source's own tests say that all four are there.
  'apps/apk-signing/v31-ec-p256-2-tgt-33-1-tgt-28-targetSdk-30.apk': ['v1', 'v2', 'v3', 'v3.1'],
};

test('the table is there', () => expect(rows.length).toBeGreaterThan(60));

test.each(REFUSED_BUILDS)('%s is refused', async (path) => {
  await expect(readBuild(open(path))).rejects.toMatchObject({ code: 'invalid_artifact' });
});

describe('an APK is read as aapt reads it', () => {
  const apks = rows.filter(({ path }) => path.endsWith('.apk') && !REFUSED_BUILDS.includes(path));

  test.each(apks.map(({ path, facts }) => [path, facts]))('%s', async (path, facts) => {
    const { manifest } = await readApk(open(path));
    const said = (pattern: RegExp) => pattern.exec(facts)?.[1];
    const number = (text: string | undefined) => (text === undefined || text === '(none)' ? null : Number(text));
    const word = (text: string | undefined) => (text === undefined || text === '(none)' ? null : text);
    expect(manifest).toMatchObject({
      package: said(/package ([^;]+);/),
      versionCode: number(said(/version code ([^,]+),/)),
      versionName: word(said(/, name ([^;]+);/)),
      minSdk: number(said(/min SDK ([^,]+),/)),
      targetSdk: number(said(/target SDK (\d+|\(none\))/)),
      label: word(said(/label "([^"]+)"/)),
      debuggable: /debuggable\./.test(facts),
      split: word(said(/split="([^"]+)"/)),
    });
    const target = said(/instrumentation test APK: target ([^,]+),/);
    if (target !== undefined) {
      expect(manifest.instrumentation).toEqual({ target, runner: said(/runner (\S+)\. signature/) });
    }
  });

  test.each(apks.map(({ path, facts }) => [path, facts]))(
    '%s: its signature, as apksigner verifies it',
    async (path, facts) => {
      const { signing } = await readApk(open(path));
      const named = /(?:signature: |24: )verifies ([v\d+]+)/.exec(facts)?.[1]?.split('+');
      const schemes = SIGNED_AFTER_ALL[path] ?? named;
      expect({ path, verified: signing.verified }).toEqual({ path, verified: schemes !== undefined });
      expect(signing.problem === null).toBe(signing.verified);
      // From a minimum SDK of 24 on, apksigner names only the newest schemes that it needed.
      for (const scheme of schemes ?? []) expect(signing.schemes).toContain(scheme);
      const signers = Number(/\((\d) signers\)/.exec(facts)?.[1] ?? 1);
      if (signing.verified) expect(signing.certificates).toHaveLength(signers);
    },
  );
});
