import { describe, expect, test } from '@jest/globals';
import { apiDemos, apkFile } from '../../testing/apks/apk-file.ts';
import { aabFile } from '../../testing/builds/aab-file.ts';
import { ipaFile } from '../../testing/builds/ipa-file.ts';
import { farmFile, farmJob } from '../../testing/farm-job.ts';
import { describeFarm, submit } from '../contract.ts';
import type { FarmJob } from '../port.ts';
import { createInspectionFarm } from './adapter.ts';
import { inspectionSettings } from './settings.ts';

const farm = createInspectionFarm({ clock: () => 0 });
const inspection = { framework: 'inspection' } as const;
const apk = (bytes: Uint8Array) => farmFile('app.apk', 'apk', bytes);

describeFarm('inspection', async () => ({
  farm: createInspectionFarm(),
  job: (key) => farmJob(key, apk(apkFile()), inspection),
  refusedJob: (key) => farmJob(key, apk(Buffer.from('a text file named .apk')), inspection),
  finish: () => undefined,
  starts: () => null,
  kept: () => null,
  close: async () => undefined,
}));

async function outcomes(job: FarmJob, on = farm): Promise<Record<string, string>> {
  const { tests } = await on.results(job, job.key);
  return Object.fromEntries(
    tests.map(({ suite, name, outcome }) => [`${suite.replace('inspection.', '')}: ${name}`, outcome]),
  );
}

describe('inspecting a real debug build', () => {
  const job = farmJob('k', apk(apiDemos()), inspection);

  test('tells what is wrong with it and spares it what is normal for a debug build', async () => {
    const found = await outcomes(job);
    expect(found).toMatchObject({
      'package: installs by itself': 'passed',
      'package: is not too large': 'passed',
      'package: has 64-bit libraries beside 32-bit ones': 'skipped',
      'signing: is signed and the signature holds': 'passed',
      'signing: is signed with scheme v2 or newer': 'passed',
      'signing: is not signed with a debug certificate': 'skipped',
      'manifest: is not debuggable': 'skipped',
      'manifest: minimum SDK is recent enough': 'failed',
      'manifest: target SDK is recent enough': 'failed',
      'manifest: backs up nothing, or says what': 'passed',
      'network: sends nothing in clear text': 'passed',
      'permissions: asks for android.permission.SEND_SMS knowingly': 'failed',
      'permissions: asks for android.permission.RECEIVE_SMS knowingly': 'failed',
      'exports: activity io.appium.android.apis.app.HelloWorld is exported behind a permission': 'failed',
    });
    expect(found).not.toHaveProperty(
      'exports: activity io.appium.android.apis.ApiDemos is exported behind a permission',
    );
  });

  test('with its own floors and permissions, holds it against those', async () => {
    const lenient = createInspectionFarm({
      floors: { minSdk: 17, targetSdk: 33 },
      maxBytes: 1000,
      permissions: ['android.permission.SEND_SMS'],
      clock: () => 0,
    });
    expect(await outcomes(job, lenient)).toMatchObject({
      'package: is not too large': 'failed',
      'manifest: minimum SDK is recent enough': 'passed',
      'manifest: target SDK is recent enough': 'passed',
      'permissions: asks for android.permission.SEND_SMS knowingly': 'passed',
      'permissions: asks for android.permission.RECEIVE_SMS knowingly': 'failed',
    });
  });

  test('hands over the report and the readable manifest', async () => {
    const { evidence, tests } = await farm.results(job, 'k');
    const texts = await Promise.all(
      evidence.map(async ({ open }) => {
        const chunks: Uint8Array[] = [];
        for await (const chunk of open()) chunks.push(chunk);
        return Buffer.concat(chunks).toString('utf8');
      }),
    );
    expect(evidence.map(({ name, kind, contentType }) => ({ name, kind, contentType }))).toEqual([
      { name: 'inspection.json', kind: 'report', contentType: 'application/json' },
      { name: 'AndroidManifest.xml', kind: 'report', contentType: 'text/xml; charset=utf-8' },
    ]);
    expect(JSON.parse(texts[0]!)).toMatchObject({
      app: { name: 'app.apk', sha256: job.app.sha256 },
      facts: { manifest: { package: 'io.appium.android.apis' }, signing: { verified: true } },
      cases: tests.map(({ suite, name, outcome }) => ({ suite, name, outcome })),
    });
    expect(texts[1]).toContain('package="io.appium.android.apis"');
  });
});

describe('inspecting', () => {
  test('a build that was tampered with fails, by the signature', async () => {
    const bytes = apiDemos();
    bytes.writeUInt8(bytes.readUInt8(1000) ^ 1, 1000);
    const { tests } = await farm.results(farmJob('k', apk(bytes), inspection), 'k');
    expect(tests).toContainEqual(
      expect.objectContaining({
        name: 'is signed and the signature holds',
        outcome: 'failed',
        message: 'The file was changed after it was signed.',
      }),
    );
  });

  test('native code for 32 bits alone names what is missing', async () => {
    const parts = ['lib/armeabi-v7a/liba.so', 'lib/armeabi-v7a/libb.so', 'lib/arm64-v8a/liba.so'].map((name) => ({
      name,
      content: 'elf',
    }));
    const { tests } = await farm.results(farmJob('k', apk(apkFile({}, parts)), inspection), 'k');
    expect(tests.find(({ name }) => name.startsWith('has 64-bit'))).toMatchObject({
      outcome: 'failed',
      stack: 'lib/armeabi-v7a/libb.so has no lib/arm64-v8a/libb.so',
    });
  });

  test('a test APK beside its app tells that they do not fit', async () => {
    const instrumentation = { runner: 'a.Runner', target: 'com.example.other' };
    const tests = farmFile('t.apk', 'test_apk', apkFile({ package: 'com.example.app.test', instrumentation }));
    expect(await outcomes(farmJob('k', apk(apkFile()), { ...inspection, tests }))).toMatchObject({
      'tests: names a test runner': 'passed',
      'tests: tests this app': 'failed',
      'tests: is signed by the app’s signer': 'failed',
    });
  });

  test.each([
    ['an IPA given as an APK', ipaFile(), 'of the kind ipa'],
    ['a bundle given as an APK', aabFile(), 'of the kind aab'],
    ['nothing', Buffer.alloc(0), 'not a zip'],
  ])('%s is invalid, with the reason, and has no results', async (_, bytes, reason) => {
    const job = farmJob('k', apk(bytes), inspection);
    await expect(farm.observe(job, 'k')).resolves.toMatchObject({
      outcome: 'invalid',
      reason: expect.stringContaining(reason),
    });
    await expect(farm.results(job, 'k')).rejects.toMatchObject({ kind: 'refused' });
  });

  test('a file of another kind is refused before it is read', async () => {
    const job = farmJob('k', farmFile('a.ipa', 'ipa', Buffer.alloc(0)), inspection);
    await expect(submit(farm, job)).rejects.toMatchObject({ kind: 'refused' });
  });

  test('bytes that cannot be read are the backend’s failure, not the file’s', async () => {
    const broken = { ...apk(apkFile()), read: () => Promise.reject(new Error('no blob')) };
    await expect(farm.observe(farmJob('k', broken, inspection), 'k')).rejects.toMatchObject({ kind: 'broken' });
  });
});

describe('the settings of a connection', () => {
  test('are taken as they are', () => {
    const settings = { floors: { minSdk: 26 }, maxBytes: 1000, permissions: ['a'] };
    expect(inspectionSettings(settings)).toEqual(settings);
    expect(inspectionSettings({})).toEqual({});
  });

  test.each([
    [{ floors: { minSdk: '26' } }, 'floors.minSdk'],
    [{ maxBytes: 0 }, 'maxBytes'],
    [{ maxbytes: 1 }, 'maxbytes'],
    [null, 'the settings'],
  ])('%j is refused by name', (settings, name) => {
    expect(() => inspectionSettings(settings)).toThrow(`does not understand "${name}"`);
  });
});
