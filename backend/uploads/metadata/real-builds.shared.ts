/** Real bundles and IPAs against what their table says of them. Runs where DEVICELANE_SHARED_DATA names the folder that holds them. */
import { describe, expect, test } from '@jest/globals';
import { ArtifactMetadata } from '../../contract/artifact-metadata.ts';
import { sourceOf } from '../../testing/apks/apk-file.ts';
import { REFUSED_BUILDS, readShared, sharedBuilds } from '../../testing/apks/shared-apks.ts';
import { readMetadata } from './read-metadata.ts';

type Facts = { icon: string | null; [field: string]: unknown };

const anyCertificate = [{ sha256: expect.stringMatching(/^[0-9a-f]{64}$/), debug: false }];
const verified = { schemes: ['v1'], verified: true, certificates: anyCertificate };
const sample = {
  package: 'com.example.Sample',
  versionName: '1.2.0',
  build: '1',
  minimumOs: '8.0',
  label: 'Sample',
  deviceFamilies: ['iphone', 'ipad'],
  abis: [],
  signed: false,
  provisioning: null,
  icon: null,
};
const capable = {
  package: 'org.fastlane.very-capable-app',
  versionName: '1.0',
  build: '1',
  minimumOs: '11.2',
  deviceFamilies: ['iphone', 'ipad'],
  abis: ['arm64'],
  signed: true,
  debuggable: true,
  provisioning: { kind: 'development', devices: 1, expiresAt: expect.stringMatching(/^2019-04-07/) },
  icon: null,
};

const FACTS: Record<string, Facts> = {
  'apps/aab/app-info-android-older.aab': {
    package: 'com.icyleaf.appinfo.aabdemo',
    versionCode: 1,
    versionName: '1.0',
    minSdk: 21,
    targetSdk: 31,
    label: 'AABDemo',
    modules: ['base'],
    abis: [],
    signing: verified,
    icon: 'image/webp',
  },
  'apps/aab/app-info-android.aab': {
    package: 'com.icyleaf.appinfodemo',
    versionCode: 10,
    versionName: '2.1.0',
    minSdk: 14,
    targetSdk: 31,
    label: 'AppInfoDemo',
    modules: ['base'],
    abis: [],
    signing: verified,
    icon: 'image/webp',
  },
  'apps/aab/install-time-permanent-modules.aab': {
    package: 'com.google.android.samples.dynamicfeatures.ondemand',
    versionCode: 1,
    versionName: '1.0',
    minSdk: 24,
    targetSdk: 28,
    label: 'On Demand Sample',
    modules: ['assets', 'base', 'initialInstall', 'java'],
    signing: { schemes: ['v1'], verified: false, certificates: [] },
    icon: 'image/png',
  },
  'apps/aab/watch-face-from-tool.aab': {
    package: 'com.watchfacestudio.testinstall',
    versionCode: 10000001,
    versionName: '1.0.0',
    minSdk: 30,
    // Only the module with the code declares it.
    targetSdk: 30,
    label: 'TestInstall',
    modules: ['base', 'runtime'],
    abis: ['arm64-v8a', 'armeabi', 'armeabi-v7a', 'x86', 'x86_64'],
    // Its algorithm is one that jarsigner calls weak; the digests and the signature are right.
    signing: verified,
    icon: 'image/png',
  },
  'apps/ipa/app-info/embedded.ipa': {
    package: 'com.icyleaf.test.Demo',
    versionName: '1.0',
    build: '1',
    minimumOs: '14.3',
    label: 'Demo',
    deviceFamilies: ['iphone', 'ipad'],
    signed: true,
    provisioning: { kind: 'enterprise', devices: 0, expiresAt: expect.stringMatching(/^2022-01-15/) },
    icon: null,
  },
  'apps/ipa/app-info/ipad.ipa': {
    package: 'com.icyleaf.bundle',
    versionName: '1.0',
    build: '1',
    minimumOs: '9.3',
    label: 'bundle',
    deviceFamilies: ['ipad'],
    abis: ['arm64', 'armv7'],
    provisioning: { kind: 'app_store', devices: 0, expiresAt: expect.stringMatching(/^2017-04-12/) },
    icon: 'image/png',
  },
  'apps/ipa/fastlane/ContainsWatchApp.ipa': sample,
  'apps/ipa/fastlane/IncorrectlySigned.ipa': sample,
  'apps/ipa/fastlane/iOSAppOnly.ipa': sample,
  'apps/ipa/fastlane/very capable app.ipa': { ...capable, label: 'very capable app' },
  'apps/ipa/fastlane/very-capable-app.ipa': { ...capable, label: 'very-capable-app' },
};

const builds = sharedBuilds()
  .map(({ path }) => path)
  .filter((path) => !path.endsWith('.apk'));

test('every bundle and IPA of the table is named here, to be taken or to be refused', () => {
  const refused = REFUSED_BUILDS.filter((path) => !path.endsWith('.apk'));
  expect([...Object.keys(FACTS), ...refused].sort()).toEqual(builds.sort());
});

describe('what a real build says of itself', () => {
  test.each(Object.entries(FACTS))('%s', async (path, { icon, ...facts }) => {
    const read = await readMetadata(null, path, sourceOf(readShared(path)));
    expect(read.kind).toBe(path.endsWith('.aab') ? 'aab' : 'ipa');
    expect(ArtifactMetadata.parse(read.metadata)).toEqual(read.metadata);
    expect(read.metadata).toMatchObject(facts);
    expect(read.icon?.type ?? null).toBe(icon);
  });
});

test.each(REFUSED_BUILDS)('%s is refused with a sentence', async (path) => {
  await expect(readMetadata(null, path, sourceOf(readShared(path)))).rejects.toMatchObject({
    code: 'invalid_artifact',
    message: expect.stringMatching(/^[A-Z].{20,}\.$/),
  });
});
