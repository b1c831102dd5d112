import { describe, expect, test } from '@jest/globals';
import { apiDemos, apkFile, sourceOf } from '../testing/apks/apk-file.ts';
import { binaryXml } from '../testing/apks/binary-xml.ts';
import { zipFile } from '../testing/apks/zip-file.ts';
import { aabFile } from '../testing/builds/aab-file.ts';
import { ipaFile, xctestZip } from '../testing/builds/ipa-file.ts';
import { readApk, readBuild } from './read-build.ts';

describe('a real debug build', () => {
  test('is read whole: manifest, label, signature, contents', async () => {
    const apk = await readApk(sourceOf(apiDemos()));
    expect(apk.manifest).toMatchObject({
      package: 'io.appium.android.apis',
      versionName: '5.0.0',
      versionCode: 25,
      compileSdk: 33,
      minSdk: 17,
      targetSdk: 33,
      label: 'API Demos',
      debuggable: true,
      allowBackup: false,
      split: null,
    });
    expect(apk.manifest.permissions).toContain('android.permission.SEND_SMS');
    expect(apk.manifest.components).toContainEqual({
      kind: 'activity',
      name: 'io.appium.android.apis.ApiDemos',
      exported: true,
      intentFilters: 1,
      launcher: true,
      enabled: true,
      permission: null,
      readPermission: null,
      writePermission: null,
    });
    expect(apk.manifestText).toContain('<uses-sdk android:minSdkVersion="17" android:targetSdkVersion="33"/>');
    expect(apk.signing).toMatchObject({ schemes: ['v1', 'v2'], verified: true, problem: null });
    expect(apk.signing.certificates).toHaveLength(1);
    expect(apk.signing.certificates[0]).toMatchObject({ subject: 'CN=Android Debug, O=Android, C=US', debug: true });
    expect(apk.contents).toMatchObject({ entries: 880, inflatedBytes: 11376144, dexFiles: 1, libraries: {} });
  });

  test.each([
    ['an entry', 1000],
    ['the directory', 6_400_000],
  ])('with one changed byte in %s, it is no longer verified', async (_, at) => {
    const bytes = apiDemos();
    // A byte that the zip's structure does not depend on: inside compressed data, or of a timestamp.
    const offset = at < 10_000 ? at : bytes.indexOf('PK\u0001\u0002', at) + 12;
    bytes.writeUInt8(bytes.readUInt8(offset) ^ 1, offset);
    const { signing } = await readApk(sourceOf(bytes));
    expect(signing).toMatchObject({
      verified: false,
      problem: 'The file was changed after it was signed.',
      certificates: [],
    });
  });

  test('with its signing block overwritten, the v1 signature tells that v2 was removed', async () => {
    const bytes = apiDemos();
    bytes.write('APK Sig Block 00', bytes.lastIndexOf('APK Sig Block 42'), 'latin1');
    const { signing } = await readApk(sourceOf(bytes));
    expect(signing).toMatchObject({ schemes: ['v1'], verified: false });
    expect(signing.problem).toContain('newer scheme too, which has been removed');
  });

  test('cut off anywhere, it is refused', async () => {
    const bytes = apiDemos();
    for (const length of [1, 21, 22, 4096, bytes.length - 1]) {
      await expect(readBuild(sourceOf(bytes.subarray(0, length)))).rejects.toMatchObject({ code: 'invalid_artifact' });
    }
  });
});

describe('what a file is', () => {
  test.each([
    ['apk', apkFile()],
    ['aab', aabFile()],
    ['ipa', ipaFile()],
    ['ipa', ipaFile({ above: 'Demo/', name: 'A demo' }, [{ name: '__MACOSX/Payload/x.app/Info.plist' }])],
    ['xctest_zip', xctestZip({ DemoTests: { TestBundlePath: '__TESTHOST__/PlugIns/DemoTests.xctest' } })],
    ['maestro_zip', zipFile([{ name: 'flows/login.yaml', content: 'appId: com.example\n---\n- launchApp\n' }])],
  ])('%s is told by its content', async (container, bytes) => {
    await expect(readBuild(sourceOf(bytes))).resolves.toMatchObject({ container });
  });

  test.each([
    ['text', Buffer.from('this is a text file, whatever its name says'), 'it is not a zip'],
    ['nothing', Buffer.alloc(0), 'it is not a zip'],
    ['an empty zip', zipFile([]), 'not an APK, AAB or IPA'],
    ['code without a manifest', zipFile([{ name: 'classes.dex', content: 'dex' }]), 'no AndroidManifest.xml'],
    ['a zip of pages', zipFile([{ name: 'index.html', content: '<p>' }]), 'not an APK, AAB or IPA'],
    ['an IPA without its list', zipFile([{ name: 'Payload/Demo.app/Demo' }]), 'holds no app with an Info.plist'],
    ['YAML that is no flow', zipFile([{ name: 'ci.yaml', content: 'jobs:\n' }]), 'not an APK, AAB or IPA'],
    [
      'a text manifest',
      zipFile([{ name: 'AndroidManifest.xml', content: '<manifest/>' }]),
      'not what Android compiles',
    ],
    [
      'a manifest without a package',
      zipFile([{ name: 'AndroidManifest.xml', content: binaryXml({ name: 'manifest' }) }]),
      'no valid package',
    ],
    ['a package name with markup', apkFile({ package: 'a.b<script>' }), 'no valid package'],
  ])('%s is refused with the reason', async (_, bytes, reason) => {
    await expect(readBuild(sourceOf(bytes))).rejects.toMatchObject({
      code: 'invalid_artifact',
      message: expect.stringContaining(reason),
    });
  });
});

describe('the reading thread', () => {
  test('is ended when it takes too long', async () => {
    const never = { size: 1000, read: () => new Promise<Uint8Array>(() => undefined) };
    await expect(readBuild(never, { timeoutMs: 50 })).rejects.toMatchObject({
      code: 'invalid_artifact',
      message: 'The file takes too long to read.',
    });
  });

  test('hands on the failure of the source, which is not the uploader’s', async () => {
    const failure = new Error('the blob is gone');
    await expect(readBuild({ size: 1000, read: () => Promise.reject(failure) })).rejects.toBe(failure);
  });

  test('takes turns, so that many uploads at once cost no more memory than two', async () => {
    let open = 0;
    let most = 0;
    const bytes = apkFile();
    const readers = Array.from({ length: 6 }, async () => {
      let counted = false;
      const source = sourceOf(bytes);
      await readBuild({
        size: source.size,
        read: (offset, length) => {
          if (!counted) open += 1;
          counted = true;
          most = Math.max(most, open);
          return source.read(offset, length);
        },
      });
      open -= 1;
    });
    await Promise.all(readers);
    expect(most).toBeLessThanOrEqual(2);
  });
});
