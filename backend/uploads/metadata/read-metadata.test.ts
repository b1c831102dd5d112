import { describe, expect, test } from '@jest/globals';
import { ArtifactMetadata } from '../../contract/artifact-metadata.ts';
import { ArtifactTests } from '../../contract/artifact-tests.ts';
import { apiDemos, apkFile, manifestNode, sourceOf } from '../../testing/apks/apk-file.ts';
import { zipFile } from '../../testing/apks/zip-file.ts';
import { aabFile } from '../../testing/builds/aab-file.ts';
import { ipaFile, xctestZip } from '../../testing/builds/ipa-file.ts';
import type { Plain } from '../../testing/builds/plist-file.ts';
import { readMetadata } from './read-metadata.ts';

const runner = 'androidx.test.runner.AndroidJUnitRunner';
const testApk = apkFile({ package: 'com.example.app.test', instrumentation: { runner, target: 'com.example.app' } });
const selfTest = apkFile({
  package: 'com.example.lib.test',
  instrumentation: { runner, target: 'com.example.lib.test' },
});

describe('the metadata of a build', () => {
  test('of a real APK holds what people and farms ask for', async () => {
    const read = await readMetadata(null, 'app-debug.apk', sourceOf(apiDemos()));
    expect(ArtifactMetadata.parse(read.metadata)).toEqual(read.metadata);
    expect(read).toMatchObject({
      kind: 'apk',
      metadata: {
        platform: 'android',
        package: 'io.appium.android.apis',
        versionName: '5.0.0',
        label: 'API Demos',
        abis: [],
        debuggable: true,
        signing: { schemes: ['v1', 'v2'], verified: true, certificates: [{ debug: true }] },
        split: null,
      },
    });
  });

  test('of an APK with native code names its ABIs', async () => {
    const parts = ['arm64-v8a', 'x86_64', 'notes'].map((abi) => ({ name: `lib/${abi}/liba.so`, content: 'elf' }));
    const { metadata } = await readMetadata('apk', 'a.apk', sourceOf(apkFile({}, parts)));
    expect(metadata?.abis).toEqual(['arm64-v8a', 'x86_64']);
  });

  test('of a bundle is completed from every module', async () => {
    const base = { name: 'manifest', attributes: { package: 'com.example.app', versionCode: 7 } };
    const libraries = [{ name: 'code/lib/arm64-v8a/liba.so', content: 'elf' }];
    const bytes = aabFile({ base, code: manifestNode({ permissions: ['p'] }) }, libraries);
    const read = await readMetadata('aab', 'a.aab', sourceOf(bytes));
    expect(ArtifactMetadata.parse(read.metadata)).toEqual(read.metadata);
    expect(read).toMatchObject({
      kind: 'aab',
      metadata: {
        platform: 'android',
        versionCode: 7,
        minSdk: 26,
        targetSdk: 35,
        abis: ['arm64-v8a'],
        permissions: ['p'],
        modules: ['base', 'code'],
        signing: { schemes: [], verified: false },
      },
    });
  });

  test.each([
    ['development', { ProvisionedDevices: ['a', 'b'], Entitlements: { 'get-task-allow': true } }, 2],
    ['ad_hoc', { ProvisionedDevices: ['a'], Entitlements: { 'get-task-allow': false } }, 1],
    ['enterprise', { ProvisionsAllDevices: true }, 0],
    ['app_store', {}, 0],
  ] as const)('of an IPA with a profile of the kind %s says whom it is for', async (kind, profile, devices) => {
    const more = { Name: 'Shop', TeamIdentifier: ['TEAM123456'], TeamName: 'Example', ExpirationDate: new Date(0) };
    const bytes = ipaFile({
      info: { NSCameraUsageDescription: 'to scan' },
      profile: { ...more, ...(profile as object) },
    });
    const read = await readMetadata('ipa', 'a.ipa', sourceOf(bytes));
    expect(ArtifactMetadata.parse(read.metadata)).toEqual(read.metadata);
    expect(read).toMatchObject({
      kind: 'ipa',
      metadata: {
        platform: 'ios',
        package: 'com.example.shop',
        versionName: '4.12.0',
        versionCode: 412,
        build: '412',
        minimumOs: '16.0',
        abis: ['arm64'],
        deviceFamilies: ['iphone', 'ipad'],
        permissions: ['NSCameraUsageDescription'],
        debuggable: kind === 'development',
        provisioning: { kind, devices, teamId: 'TEAM123456', expiresAt: '1970-01-01T00:00:00.000Z' },
      },
    });
  });

  test('of an iOS build is one that a client knows which knows Android alone', async () => {
    const { metadata } = await readMetadata('ipa', 'a.ipa', sourceOf(ipaFile()));
    const android = await readMetadata('apk', 'a.apk', sourceOf(apkFile()));
    for (const field of Object.keys(android.metadata ?? {})) expect(metadata).toHaveProperty(field);
  });

  test('of flows names each, its app and its tags', async () => {
    const bytes = zipFile([
      {
        name: 'flows/login.yaml',
        content: '---\nappId: com.example\nname: Sign in\ntags:\n  - smoke\n---\n- launchApp\n',
      },
      { name: 'flows/web.yml', content: 'url: https://example.com\n---\n- launchApp\n' },
      { name: 'config.yaml', content: 'flows:\n  - "*"\n' },
    ]);
    const read = await readMetadata(null, 'flows.zip', sourceOf(bytes));
    expect(ArtifactTests.parse(read.tests)).toEqual(read.tests);
    expect(read).toEqual({
      kind: 'maestro_zip',
      metadata: null,
      tests: {
        framework: 'maestro',
        flows: [
          { file: 'flows/login.yaml', name: 'Sign in', appId: 'com.example', tags: ['smoke'] },
          { file: 'flows/web.yml', name: 'web', appId: null, tags: [] },
        ],
      },
    });
  });

  test.each([
    ['1', { ShopUITests: { TestBundlePath: 'a.xctest', UITargetAppPath: 'Shop.app' }, __xctestrun_metadata__: {} }],
    [
      '2',
      {
        TestConfigurations: [
          { TestTargets: [{ BlueprintName: 'ShopUITests', TestBundlePath: 'a.xctest', UITargetAppPath: 'Shop.app' }] },
        ],
      },
    ],
  ])('of an XCTest zip of version %s names its targets', async (_, testRun) => {
    const read = await readMetadata('xctest_zip', 't.zip', sourceOf(xctestZip(testRun as Record<string, Plain>)));
    expect(ArtifactTests.parse(read.tests)).toEqual(read.tests);
    expect(read.tests).toMatchObject({
      framework: 'xcuitest',
      testRuns: [{ targets: [{ name: 'ShopUITests', bundle: 'a.xctest', app: 'Shop.app' }] }],
      bundles: ['ShopUITests.xctest'],
    });
  });

  test('is short, whatever the file says', async () => {
    const bytes = apkFile({ application: { label: 'x'.repeat(5000) } });
    const { metadata } = await readMetadata(null, 'a.apk', sourceOf(bytes));
    expect(metadata?.label).toHaveLength(256);
  });
});

describe('an APK that instruments', () => {
  test('another package is a test APK', async () => {
    await expect(readMetadata(null, 't.apk', sourceOf(testApk))).resolves.toMatchObject({
      kind: 'test_apk',
      metadata: { instrumentation: { runner, target: 'com.example.app' } },
    });
  });

  test.each([
    ['apk', 'apk'],
    [null, 'apk'],
    ['test_apk', 'test_apk'],
  ] as const)('itself, announced as %s, is %s', async (announced, kind) => {
    await expect(readMetadata(announced, 't.apk', sourceOf(selfTest))).resolves.toMatchObject({ kind });
  });
});

test.each([
  ['apk', testApk, 'was announced as apk and is test_apk'],
  ['test_apk', apkFile(), 'was announced as test_apk and is apk'],
  ['ipa', apkFile(), 'was announced as ipa and is apk'],
  ['apk', Buffer.from('a text file named .apk'), 'it is not a zip'],
] as const)('a file announced as %s that is something else is refused', async (announced, bytes, reason) => {
  await expect(readMetadata(announced, 'app.apk', sourceOf(bytes))).rejects.toMatchObject({
    code: 'invalid_artifact',
    message: expect.stringContaining(reason),
  });
});
