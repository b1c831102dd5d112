import { describe, expect, test } from '@jest/globals';
import { ArtifactMetadata } from '../../contract/artifact-metadata.ts';
import { apiDemos, apkFile, sourceOf } from '../../testing/apks/apk-file.ts';
import { zipFile } from '../../testing/apks/zip-file.ts';
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

  test('of an AAB and an IPA is not read yet', async () => {
    const ipa = zipFile([{ name: 'Payload/Demo.app/Info.plist' }]);
    await expect(readMetadata('ipa', 'a.ipa', sourceOf(ipa))).resolves.toEqual({ kind: 'ipa', metadata: null });
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
