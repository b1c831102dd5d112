/** Simulated phones behind the real adb client and a server of its own, and jobs for them. */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { type FakeAdbd, startFakeAdbd } from '../farms/own-devices/fake/adbd.ts';
import { createFakeDevice, type FakeDevice } from '../farms/own-devices/fake/device.ts';
import { TRANSCRIPTS } from '../farms/own-devices/fake/transcripts.ts';
import type { Farm, FarmJob } from '../farms/port.ts';
import { apkFile } from './apks/apk-file.ts';
import { farmFile, farmJob } from './farm-job.ts';
import { freePort } from './free-port.ts';
import { until } from './until.ts';

export const ADB = '/usr/bin/adb';
export const app = farmFile('app.apk', 'apk', apkFile({ package: 'com.example.app' }));
const instrumentation = { runner: 'androidx.test.runner.AndroidJUnitRunner', target: 'com.example.app' };
export const tests = farmFile('tests.apk', 'test_apk', apkFile({ package: 'com.example.app.test', instrumentation }));
export const device = { model: 'any', os: null, orientation: 'portrait', locale: null } as const;
export const job = (key: string, more: Partial<FarmJob> = {}): FarmJob => farmJob(key, app, { tests, device, ...more });

export type Phone = { phone: FakeDevice; adbd: FakeAdbd };

/** For all tests of the file that calls it. */
export function useAdb() {
  // Adb's home is not there yet, as on a new server.
  const desk = { home: '', port: 0 };
  beforeAll(async () => {
    desk.home = join(await mkdtemp(join(tmpdir(), 'devicelane-adb-')), 'home');
    desk.port = await freePort();
  });
  const adb = (...args: string[]) =>
    spawnSync(ADB, ['-P', String(desk.port), ...args], { env: { HOME: desk.home, PATH: '/usr/bin:/bin' } });
  afterAll(async () => {
    adb('kill-server');
    await rm(dirname(desk.home), { recursive: true, force: true });
  });
  return Object.assign(desk, {
    async startPhone(model?: string): Promise<Phone> {
      const phone = createFakeDevice({ transcript: TRANSCRIPTS.mixed, ...(model ? { model } : {}) });
      return { phone, adbd: await startFakeAdbd(phone) };
    },
    async stopPhone({ phone, adbd }: Phone): Promise<void> {
      adb('disconnect', adbd.serial);
      await adbd.close();
      phone.close();
    },
  });
}

export async function untilEnded(farm: Farm, given: FarmJob, externalId: string) {
  return until('the job ended', async () => {
    const seen = await farm.observe(given, externalId);
    return seen.state === 'ended' ? seen : null;
  });
}
