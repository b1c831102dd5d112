/** Own devices by the real adb client and server, against devices that a fake adbd stands for. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ADB, app, device, job, type Phone, tests, untilEnded, useAdb } from '../../testing/adb-desk.ts';
import { farmFile, farmJob } from '../../testing/farm-job.ts';
import { until } from '../../testing/until.ts';
import { describeFarm, type FarmBench, submit } from '../contract.ts';
import type { Farm } from '../port.ts';
import { createOwnDevices } from './adapter.ts';
import { TRANSCRIPTS } from './fake/transcripts.ts';
import { ownDeviceSettings } from './settings.ts';

const desk = useAdb();
const { startPhone, stopPhone } = desk;

const farmOf = (phones: readonly Phone[], more: object = {}): Farm => {
  const lent = { name: 'desk', serials: phones.map(({ adbd }) => adbd.serial), adb: ADB, port: desk.port };
  return createOwnDevices(ownDeviceSettings({ devices: 'desk', video: false, ...more }, [lent]), { home: desk.home });
};

describeFarm('own devices', async (): Promise<FarmBench> => {
  const phones = [await startPhone(), await startPhone()];
  const farm = farmOf(phones);
  return {
    farm,
    job,
    refusedJob: (key) => farmJob(key, farmFile('a.apk', 'apk', Buffer.from('no APK')), { tests, device }),
    async finish() {
      for (const { phone } of phones) phone.release();
      await until('all phones free', () => phones.every(({ phone }) => !phone.isLeased()));
    },
    starts: () => null,
    kept: () => null,
    close: async () => {
      for (const each of phones) await stopPhone(each);
    },
  };
});

describe('own devices', () => {
  let phones: Phone[];
  let farm: Farm;
  beforeEach(async () => {
    phones = [await startPhone()];
    farm = farmOf(phones);
  });
  afterEach(async () => {
    for (const each of phones) await stopPhone(each);
  });
  const only = () => phones[0]!.phone;

  test.each<[keyof typeof TRANSCRIPTS, string, number, number | null]>([
    ['mixed', 'completed', 6, 6],
    ['crash', 'completed', 2, 3],
    ['truncated', 'errored', 2, 5],
    ['none', 'completed', 0, null],
    ['wrongRunner', 'errored', 0, null],
    ['silent', 'errored', 0, null],
  ])('a transcript that is %s ends as %s', async (which, outcome, count, expected) => {
    only().setTranscript(TRANSCRIPTS[which]);
    only().release();
    const { externalId } = await submit(farm, job('k'));
    expect(await untilEnded(farm, job('k'), externalId)).toMatchObject({ outcome });
    const results = await farm.results(job('k'), externalId);
    expect([results.tests.length, results.expected]).toEqual([count, expected]);
  });

  test('the device hands over its log, its last screen and what the runner said, and then has nothing', async () => {
    farm = farmOf(phones, { video: true });
    const { externalId } = await submit(farm, job('k'));
    await sleep(1_500);
    only().release();
    expect(await untilEnded(farm, job('k'), externalId)).toMatchObject({ outcome: 'completed', deviceMs: 60_000 });
    const { evidence } = await farm.results(job('k'), externalId);
    expect(evidence.map(({ name, kind }) => [name, kind])).toEqual([
      ['end.png', 'screenshot'],
      ['logcat.txt', 'device_log'],
      ['out.txt', 'session_log'],
      ['video-1.mp4', 'video'],
    ]);
    let video = '';
    for await (const piece of evidence[3]!.open()) video += Buffer.from(piece).toString();
    expect(video).toBe('a video that is whole');
    expect(only().installed()).toEqual(['com.example.app', 'com.example.app.test']);
    await farm.forgetResults(job('k'), externalId);
    expect([only().installed(), only().jobs(), only().isLeased()]).toEqual([[], [], false]);
  });

  test('tests, shards and variables are handed on as they are, whatever stands in them', async () => {
    const evil = `a'b"c $(touch ${join(desk.home, 'owned')}) ; \`id\` \\`;
    const only_ = [
      { suite: 'a.B', name: 'c[1, 2]' },
      { suite: 'a.C', name: null },
    ];
    only().release();
    const given = job('k', {
      env: { STAGE: evil },
      only: only_,
      except: [{ suite: 'a.D', name: null }],
      shard: { index: 1, count: 3 },
    });
    const { externalId } = await submit(farm, given);
    await untilEnded(farm, given, externalId);
    expect(only().starts()).toEqual([
      `instrument -w -r -e STAGE ${evil} -e class a.B#c[1, 2],a.C -e notClass a.D -e numShards 3 -e shardIndex 1 com.example.app.test/androidx.test.runner.AndroidJUnitRunner`,
    ]);
  });

  test('pain 13, 20: a backend that dies takes no job with it, and the next finds it and gives the device back', async () => {
    const { externalId } = await submit(farm, job('k'));
    const next = farmOf(phones);
    expect(await next.find(job('k'))).toEqual({ externalId });
    expect(await next.observe(job('k'), externalId)).toMatchObject({ state: 'running' });
    expect(await submit(next, job('k'))).toEqual({ externalId });
    only().release();
    expect(await untilEnded(next, job('k'), externalId)).toMatchObject({ outcome: 'completed' });
    expect(only().starts()).toHaveLength(1);
    expect(only().isLeased()).toBe(false);
  });

  test('pain 20: a device is one job’s at a time, and comes free when its job is killed or it is started anew', async () => {
    const { externalId } = await submit(farm, job('one'));
    await expect(submit(farm, job('two'))).rejects.toMatchObject({ kind: 'broken', retryAfterMs: 15_000 });
    only().killJobs();
    expect(await untilEnded(farm, job('one'), externalId)).toMatchObject({
      outcome: 'errored',
      reason: expect.stringContaining('killed'),
    });
    const two = await submit(farm, job('two'));
    only().reboot();
    expect(await untilEnded(farm, job('two'), two.externalId)).toMatchObject({
      outcome: 'errored',
      reason: expect.stringContaining('anew'),
    });
    await submit(farm, job('three'));
  });

  test('a device that is cleaned up is nobody else’s until that is done', async () => {
    only().release();
    const { externalId } = await submit(farm, job('k'));
    await untilEnded(farm, job('k'), externalId);
    // Of another process that is at it.
    only().lease(`clean-${externalId.split('@')[0]}`);
    await expect(submit(farm, job('next'))).rejects.toMatchObject({ kind: 'broken', retryAfterMs: 15_000 });
    expect(only().isLeased()).toBe(true);
  });

  test('a job is stopped on its device, and the device is free', async () => {
    const { externalId } = await submit(farm, job('k'));
    await farm.stop(job('k'), externalId);
    expect(await untilEnded(farm, job('k'), externalId)).toMatchObject({ outcome: 'cancelled' });
    expect(only().isLeased()).toBe(false);
  });

  test('a job that is late is ended by its device', async () => {
    const { externalId } = await submit(farm, job('k', { timeoutMs: 1_000 }));
    expect(await untilEnded(farm, job('k', { timeoutMs: 1_000 }), externalId)).toMatchObject({ outcome: 'timed_out' });
  });

  test('a device whose cable is pulled is asked for again, and its job goes on', async () => {
    const { externalId } = await submit(farm, job('k'));
    phones[0]!.adbd.unplug();
    await expect(farm.observe(job('k'), externalId)).rejects.toMatchObject({ name: 'FarmError', kind: 'broken' });
    only().release();
    await sleep(1_500);
    phones[0]!.adbd.plug();
    expect(await untilEnded(farm, job('k'), externalId)).toMatchObject({ outcome: 'completed' });
  });

  test('a transfer that breaks off is an error, never a shorter file', async () => {
    only().setTranscript(TRANSCRIPTS.mixed.repeat(40));
    only().release();
    const { externalId } = await submit(farm, job('k'));
    await untilEnded(farm, job('k'), externalId);
    phones[0]!.adbd.cutAfter(20_000);
    await expect(farm.results(job('k'), externalId)).rejects.toMatchObject({ kind: 'broken' });
    expect((await farm.results(job('k'), externalId)).tests).toHaveLength(240);
  });

  test.each([
    ['Failure [INSTALL_FAILED_OLDER_SDK: needs 40]', 'refused', /OLDER_SDK/],
    ['Failure [INSTALL_FAILED_NO_MATCHING_ABIS]', 'refused', /ABIS/],
    ['Failure [INSTALL_FAILED_INSUFFICIENT_STORAGE]', 'broken', /STORAGE/],
    ['Segmentation fault', 'broken', /no reason/],
  ])('a device that answers "%s" has %s the build, and is free again', async (answer, kind, message) => {
    only().setInstall(answer);
    await expect(submit(farm, job('k'))).rejects.toMatchObject({ kind, message: expect.stringMatching(message) });
    expect([only().isLeased(), only().jobs()]).toEqual([false, []]);
  });

  test('the device that is asked for is the one that is taken', async () => {
    phones.push(await startPhone('Fakephone 9'));
    farm = farmOf(phones);
    expect((await farm.devices()).map(({ model, os }) => [model, os])).toEqual([
      ['any', []],
      ['Fakephone 8', ['34', '14']],
      ['Fakephone 9', ['34', '14']],
    ]);
    const nine = job('k', { device: { ...device, model: 'fakephone 9', os: '34' } });
    expect((await submit(farm, nine)).externalId).toContain(phones[1]!.adbd.serial);
    const ten = job('t', { device: { ...device, model: 'Fakephone 10' } });
    await expect(submit(farm, ten)).rejects.toMatchObject({ kind: 'broken', message: expect.stringContaining('fits') });
  });

  test.each([
    ['no tests', { tests: null }],
    ['an app for tests', { tests: app }],
  ])('%s is refused before any device is asked', async (_, more) => {
    await expect(submit(farm, job('k', more))).rejects.toMatchObject({ kind: 'refused' });
    expect(only().jobs()).toEqual([]);
  });

  test('ids of others lead nowhere', async () => {
    for (const id of [`${'0'.repeat(40)}@other:5555`, `../../x@${phones[0]!.adbd.serial}`, '']) {
      await expect(farm.observe(job('k'), id)).rejects.toMatchObject({ kind: 'refused' });
      await expect(farm.forgetResults(job('k'), id)).rejects.toMatchObject({ kind: 'refused' });
    }
  });
});
