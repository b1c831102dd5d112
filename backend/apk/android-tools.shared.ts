/** Every APK at hand against Android's own tools, run now: what their table does not say. Needs Debian's aapt and apksigner. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import { apiDemos, sourceOf } from '../testing/apks/apk-file.ts';
import { REFUSED_BUILDS, readShared, sharedBuilds } from '../testing/apks/shared-apks.ts';
import { readApk } from './read-build.ts';

const run = promisify(execFile);
const folder = process.env.DEVICELANE_SHARED_DATA ?? '';
const API_DEMOS = fileURLToPath(
  new URL('../../node_modules/android-apidemos/apks/ApiDemos-debug.apk', import.meta.url),
);

const shared = sharedBuilds()
  .map(({ path }) => path)
  .filter((path) => path.endsWith('.apk') && !REFUSED_BUILDS.includes(path));
const apks: [string, string, () => Buffer][] = [
  ['ApiDemos-debug.apk', API_DEMOS, apiDemos],
  ...shared.map((path): [string, string, () => Buffer] => [path, join(folder, path), () => readShared(path)]),
];

/** Of which this apksigner does not know the scheme, or lacks the algorithm. */
const BEYOND_IT = /rsa-pss-sha256-2048\.apk$|v31-ec-p256/;

test.each(apks)('%s says what aapt says', async (_, file, read) => {
  // aapt prints what it has found even where it ends badly, as for a label that it cannot resolve.
  const { stdout } = await run('aapt', ['dump', 'badging', file]).catch((error: { stdout: string }) => error);
  const { manifest, contents } = await readApk(sourceOf(read()));
  const said = (pattern: RegExp) => pattern.exec(stdout)?.[1] ?? null;
  const number = (text: string | null) => (text ? Number(text) : null);
  const all = (pattern: RegExp) => [...new Set([...stdout.matchAll(pattern)].map((match) => match[1]))].sort();
  const implied = all(/^uses-implied-permission: name='([^']+)'/gm);
  expect({
    package: manifest.package,
    versionCode: manifest.versionCode,
    versionName: manifest.versionName ?? '',
    minSdk: manifest.minSdk,
    targetSdk: manifest.targetSdk,
    permissions: manifest.permissions,
    abis: Object.keys(contents.libraries).sort(),
    debuggable: manifest.debuggable,
  }).toEqual({
    package: said(/^package: name='([^']*)'/m),
    versionCode: number(said(/ versionCode='(\d*)'/)),
    versionName: said(/ versionName='([^']*)'/) ?? '',
    minSdk: number(said(/^sdkVersion:'(\d+)'/m)),
    targetSdk: number(said(/^targetSdkVersion:'(\d+)'/m)),
    // aapt adds what old apps were given unasked, and says so.
    permissions: all(/^uses-permission(?:-sdk-\d+)?: name='([^']+)'/gm).filter((name) => !implied.includes(name)),
    abis: all(/(?<=^(?:alt-)?native-code:.*)'([^']+)'/gm),
    debuggable: stdout.includes('application-debuggable'),
  });
});

test.each(apks.filter(([name]) => !BEYOND_IT.test(name)))('%s is signed as apksigner finds', async (_, file, read) => {
  const { signing, manifest } = await readApk(sourceOf(read()));
  // From Android 7 on, the newest scheme alone counts: so it is asked for that.
  const since = String(Math.max(24, manifest.minSdk ?? 1));
  const verified = await run('apksigner', ['verify', '--print-certs', '--min-sdk-version', since, file]).then(
    ({ stdout }) => stdout,
    () => null,
  );
  expect(signing.verified).toBe(verified !== null);
  const digests = [...(verified ?? '').matchAll(/certificate SHA-256 digest: ([0-9a-f]{64})/g)].map(
    (match) => match[1],
  );
  expect(signing.certificates.map(({ sha256 }) => sha256).sort()).toEqual(digests.sort());
});
