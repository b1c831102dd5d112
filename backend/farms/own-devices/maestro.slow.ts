/** Maestro flows on own devices, with a small program in Maestro's place. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { ADB, job, type Phone, tests, untilEnded, useAdb } from '../../testing/adb-desk.ts';
import { zipFile } from '../../testing/apks/zip-file.ts';
import { farmFile } from '../../testing/farm-job.ts';
import { until } from '../../testing/until.ts';
import { findProcess } from '../command/process.ts';
import { submit } from '../contract.ts';
import type { Farm, FarmJob } from '../port.ts';
import { createOwnDevices } from './adapter.ts';
import { ownDeviceSettings } from './settings.ts';

const desk = useAdb();

/** A program in Maestro's place: it takes the same words, and leaves the same report. */
const MAESTRO = `#!/bin/sh
echo "$@" >> "$(dirname "$0")/asked"
echo $$ > "$(dirname "$0")/pid"
echo "as $MAESTRO_USER on $ANDROID_SERIAL"
ls flows/suite
while [ ! -e "$(dirname "$0")/go" ]; do sleep 0.05; done
[ -e "$(dirname "$0")/breaks" ] && { echo 'no device'; exit 1; }
printf '<testsuites><testsuite name="Test Suite" tests="2" failures="1"><testcase id="login" name="login" time="3.0"/><testcase id="cart" name="cart" time="2.5"><failure>Element not found</failure></testcase></testsuite></testsuites>' > report.xml
exit 1
`;

describe('Maestro flows', () => {
  let phone: Phone;
  let farm: Farm;
  let folder: string;
  beforeEach(async () => {
    phone = await desk.startPhone();
    folder = await mkdtemp(join(tmpdir(), 'devicelane-maestro-'));
    await writeFile(join(folder, 'maestro'), MAESTRO, { mode: 0o700 });
    const lent = {
      name: 'desk',
      serials: [phone.adbd.serial],
      adb: ADB,
      port: desk.port,
      maestro: join(folder, 'maestro'),
    };
    farm = createOwnDevices(ownDeviceSettings({ devices: 'desk', video: false }, [lent]), { home: desk.home });
  });
  afterEach(async () => {
    await desk.stopPhone(phone);
    await rm(folder, { recursive: true, force: true });
  });
  const flow = 'appId: com.example.app\n---\n- launchApp\n';
  const flows = farmFile('flows.zip', 'maestro_zip', zipFile([{ name: 'suite/login.yaml', content: flow }]));
  const flowJob = (more: Partial<FarmJob> = {}) =>
    job('k', { framework: 'maestro', tests: flows, env: { MAESTRO_USER: 'robot' }, ...more });
  const go = (name = 'go') => writeFile(join(folder, name), '');
  const pidOfMaestro = (): Promise<number> =>
    until('Maestro', async () => Number(await readFile(join(folder, 'pid'), 'utf8').catch(() => '')));
  const places = () => readdir(join(desk.home, 'maestro')).catch(() => []);

  test('run from the server on a leased device, and their report is what counts', async () => {
    await go();
    const { externalId } = await submit(farm, flowJob());
    expect(await untilEnded(farm, flowJob(), externalId)).toMatchObject({ outcome: 'completed', deviceMs: 60_000 });
    const { tests: found, expected, evidence } = await farm.results(flowJob(), externalId);
    expect(found.map(({ name, outcome, durationMs }) => [name, outcome, durationMs])).toEqual([
      ['login', 'passed', 3_000],
      ['cart', 'failed', 2_500],
    ]);
    expect(expected).toBe(2);
    expect(evidence.map(({ name }) => name).sort()).toEqual(['end.png', 'logcat.txt', 'out.txt', 'report.xml']);
    const log = evidence.find(({ name }) => name === 'out.txt')!;
    let text = '';
    for await (const piece of log.open()) text += Buffer.from(piece).toString();
    expect(text).toContain(`as robot on ${phone.adbd.serial}\nlogin.yaml`);
    expect(await readFile(join(folder, 'asked'), 'utf8')).toBe(
      `--device ${phone.adbd.serial} test --format junit --output report.xml flows\n`,
    );
    expect(await places()).toEqual([]);
    await farm.forgetResults(flowJob(), externalId);
    expect([phone.phone.jobs(), phone.phone.installed(), phone.phone.isLeased()]).toEqual([[], [], false]);
  });

  test('are run once, however often they are started', async () => {
    const first = await submit(farm, flowJob());
    expect(await Promise.all([1, 2, 3].map(() => submit(farm, flowJob())))).toEqual([first, first, first]);
    await go();
    await untilEnded(farm, flowJob(), first.externalId);
    expect((await readFile(join(folder, 'asked'), 'utf8')).trim().split('\n')).toHaveLength(1);
  });

  test('without a report are errored, never green', async () => {
    await go();
    await go('breaks');
    const { externalId } = await submit(farm, flowJob());
    expect(await untilEnded(farm, flowJob(), externalId)).toMatchObject({
      outcome: 'errored',
      reason: 'Maestro left no report.',
    });
  });

  test('are stopped with their program, and the device is free', async () => {
    const { externalId } = await submit(farm, flowJob());
    const pid = await pidOfMaestro();
    await farm.stop(flowJob(), externalId);
    expect(await untilEnded(farm, flowJob(), externalId)).toMatchObject({ outcome: 'cancelled' });
    expect(phone.phone.isLeased()).toBe(false);
    await until('the program gone', () => findProcess(pid) === null);
    expect(findProcess(pid)).toBeNull();
  });

  test('whose runner is killed are errored, their program ends, and the device comes free', async () => {
    const { externalId } = await submit(farm, flowJob());
    const pid = await pidOfMaestro();
    spawnSync('pkill', ['-9', '-f', join(desk.home, 'maestro')]);
    // Two minutes later.
    const past = new Date(Date.now() - 150_000);
    const [name = ''] = externalId.split('@');
    const beat = phone.phone.pathOf(`/data/local/tmp/devicelane/jobs/${name}/beat`);
    await until('its end', async () => {
      await utimes(beat, past, past).catch(() => undefined);
      return (await farm.observe(flowJob(), externalId)).state === 'ended';
    });
    expect(await farm.observe(flowJob(), externalId)).toMatchObject({ state: 'ended', outcome: 'errored' });
    expect(phone.phone.isLeased()).toBe(false);
    await farm.forgetResults(flowJob(), externalId);
    expect(await places()).toEqual([]);
    expect(findProcess(pid)).toBeNull();
  });

  test.each<[string, Partial<FarmJob>, RegExp]>([
    ['a variable that Maestro does not see', { env: { USER: 'robot' } }, /MAESTRO_/],
    ['an APK of tests', { tests }, /flows/],
    ['a zip that is none', { tests: farmFile('f.zip', 'maestro_zip', Buffer.from('no zip')) }, /zip/i],
  ])('%s is refused, and leaves nothing', async (_, more, message) => {
    await expect(submit(farm, flowJob(more))).rejects.toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(message),
    });
    expect([phone.phone.jobs(), phone.phone.installed(), phone.phone.isLeased()]).toEqual([[], [], false]);
    expect(await places()).toEqual([]);
  });
});
