/** A farm of each kind, several times, each with what its runs must end as, and faults on all of them. */
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AcceptedForgetting } from '../../contract/connections.ts';
import type { StartRunInput } from '../../contract/runs.ts';
import type { Verdict } from '../../contract/verdicts.ts';
import { startFakeAws } from '../../farms/aws-device-farm/fake/service.ts';
import { ACCESS, startFakeBrowserstack } from '../../farms/browserstack/fake/service.ts';
import { BUCKET, PROJECT, SERVICE_ACCOUNT, startFakeFirebase } from '../../farms/firebase-test-lab/fake/service.ts';
import { startFakeAdbd } from '../../farms/own-devices/fake/adbd.ts';
import { createFakeDevice } from '../../farms/own-devices/fake/device.ts';
import { TRANSCRIPTS } from '../../farms/own-devices/fake/transcripts.ts';
import type { Call, Fault, Faults } from '../../farms/testing/faults.ts';
import type { seededRandom } from './seeded-random.ts';

export type FleetFarm = {
  name: string;
  runs: number;
  /** What each run may end as. */
  verdicts: Verdict[];
  /** Each is cancelled while the farm has it. */
  isCancelled: boolean;
  /** The farm may have begun fewer than it was asked for, and never more: nobody can ask it. */
  isBlind: boolean;
  options: Partial<StartRunInput>;
  connection: {
    kind: string;
    name: string;
    settings: Record<string, unknown>;
    credential?: Record<string, unknown>;
    acceptForgetting?: AcceptedForgetting;
  };
  starts(): Promise<number>;
  /** Runs that use a device or wait for one. */
  live(): number;
  /** What it has of ours. */
  kept(): number;
};

export type Fleet = {
  farms: FleetFarm[];
  /** For the environment of a server that lends its programs and devices to a tenant. */
  lend(tenantId: string): Promise<Record<string, string>>;
  /** Lets time pass at the farms, with a fault at one of them now and then. */
  start(): void;
  /** No more faults from now on. */
  calm(): void;
  stop(): Promise<void>;
};

const FOREVER_MS = 1e12;
const TICK_MS = 100;
const FAULT_EVERY_MS = 200;
/** That no call of a farm has met yet. */
const MOST_FAULTS = 8;
const FAULTS: readonly Fault[] = [
  { kind: 'status', status: 500 },
  { kind: 'status', status: 503 },
  { kind: 'status', status: 500, when: 'after' },
  { kind: 'throttled', retryAfterSeconds: 1 },
  { kind: 'throttled', retryAfterSeconds: null },
  { kind: 'cut', when: 'before' },
  { kind: 'cut', when: 'after' },
];
const CALLS: readonly Call[] = ['upload', 'start', 'find', 'observe', 'results', 'evidence', 'stop', 'forget'];
const instrumentation = { framework: 'instrumentation' } as const;
const verified = { how: 'verified' } as const;

type Service = {
  baseUrl: string;
  faults: Faults;
  advance(ms: number): void;
  starts(): number;
  liveRuns(): number;
  kept(): { uploads: number; runs: number };
  close(): Promise<void>;
};

/**
 * @param scale how many of the two hundred runs, as a factor
 * @param adbPort of an adb server that is nobody else's
 */
export async function createFleet(
  folder: string,
  random: Pick<ReturnType<typeof seededRandom>, 'next'>,
  { scale, adbPort }: { scale: number; adbPort: number },
): Promise<Fleet> {
  const services: Service[] = [];
  const farms: FleetFarm[] = [];
  function add<S extends Service>(
    name: string,
    runs: number,
    service: S,
    verdicts: Verdict[],
    connection: Omit<FleetFarm['connection'], 'name'>,
    more: Partial<FleetFarm> = {},
  ): void {
    services.push(service);
    farms.push({
      name,
      runs: Math.ceil(runs * scale),
      verdicts,
      isCancelled: false,
      isBlind: false,
      options: instrumentation,
      connection: { ...connection, name },
      starts: async () => service.starts(),
      live: service.liveRuns,
      kept: () => service.kept().uploads + service.kept().runs,
      ...more,
    });
  }

  const aws = async (name: string, runs: number, plan: object, verdict: Verdict, more: Partial<FleetFarm> = {}) => {
    const service = await startFakeAws();
    service.setPlan({ queueMs: 500, runMs: 2_000, ...plan });
    add(
      name,
      runs,
      service,
      [verdict],
      {
        kind: 'aws_device_farm',
        settings: { projectArn: 'arn:aws:devicefarm:us-west-2:123456789012:project:one', baseUrl: service.baseUrl },
        credential: { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'canary-secret-access-key' },
      },
      { options: { ...instrumentation, devices: ['Google Pixel 8 @ 15'] }, ...more },
    );
  };
  await aws('aws-passes', 30, {}, 'passed');
  await aws('aws-fails', 25, { tests: { 'a.B#one': 'PASSED', 'a.B#two': 'FAILED' }, result: 'FAILED' }, 'failed');
  await aws('aws-cancelled', 10, { runMs: FOREVER_MS }, 'cancelled', { isCancelled: true });

  const firebase = async (
    name: string,
    runs: number,
    plan: object,
    verdict: Verdict,
    more: Partial<FleetFarm> = {},
  ) => {
    const service = await startFakeFirebase();
    service.setPlan({ queueMs: 500, runMs: 2_000, ...plan });
    add(
      name,
      runs,
      service,
      [verdict],
      {
        kind: 'firebase_test_lab',
        settings: { projectId: PROJECT, bucket: BUCKET, resultsExpireAfterDays: 90, baseUrl: service.baseUrl },
        credential: SERVICE_ACCOUNT,
        acceptForgetting: { uploads: verified, results: { how: 'expires', days: 90 } },
      },
      { options: { ...instrumentation, devices: ['MediumPhone.arm @ 34'] }, ...more },
    );
  };
  await firebase('firebase-passes', 30, { attempts: [{ 'a.B#one': 'passed', 'a.B#two': 'passed' }] }, 'passed');
  const failing = { attempts: [{ 'a.B#one': 'failed' }], outcomeSummary: 'FAILURE' };
  await firebase('firebase-fails', 20, failing, 'failed');
  await firebase('firebase-cancelled', 10, { runMs: FOREVER_MS }, 'cancelled', { isCancelled: true });

  const browserstack = async (
    name: string,
    runs: number,
    plan: object,
    verdicts: Verdict[],
    settings: object = {},
    more: Partial<FleetFarm> = {},
  ) => {
    const service = await startFakeBrowserstack();
    service.setPlan({ queueMs: 500, runMs: 2_000, ...plan });
    add(
      name,
      runs,
      service,
      verdicts,
      {
        kind: 'browserstack',
        settings: {
          baseUrl: service.baseUrl,
          defaultDevice: 'Google Pixel 9-16.0',
          resultsExpireAfterDays: 60,
          listsNames: true,
          stopsBuilds: true,
          ...settings,
        },
        credential: ACCESS,
        acceptForgetting: { uploads: verified, results: { how: 'expires', days: 60 } },
      },
      more,
    );
  };
  await browserstack('browserstack-passes', 20, {}, ['passed']);
  await browserstack('browserstack-fails', 10, { status: 'failed', tests: { 'a.B#one': 'failed' } }, ['failed']);
  await browserstack('browserstack-cancelled', 5, { runMs: FOREVER_MS }, ['cancelled'], {}, { isCancelled: true });
  await browserstack('browserstack-blind', 10, {}, ['passed', 'errored'], { listsNames: false }, { isBlind: true });

  // Programs and phones of the server's own machine.
  const programs = join(folder, 'programs');
  await mkdir(programs);
  const program = async (name: string, report: string): Promise<void> => {
    const script = `#!/bin/sh\necho $$ >> ${join(programs, `${name}.starts`)}\nsleep 1\nprintf '${report}' > report.xml\n`;
    await writeFile(join(programs, name), script);
    await chmod(join(programs, name), 0o700);
  };
  const failure = '<testcase classname="a.B" name="one"><failure message="no"/></testcase>';
  await program('program-passes', '<testsuite name="s"><testcase classname="a.B" name="one"/></testsuite>');
  await program('program-fails', `<testsuite name="s">${failure}</testsuite>`);
  for (const [name, verdict] of [
    ['program-passes', 'passed'],
    ['program-fails', 'failed'],
  ] as const) {
    farms.push({
      name,
      runs: Math.ceil(12 * scale),
      verdicts: [verdict],
      isCancelled: false,
      isBlind: false,
      options: { framework: 'command' },
      connection: { kind: 'command', name, settings: { command: name } },
      starts: async () => countLines(join(programs, `${name}.starts`)),
      live: () => (spawnSync('pgrep', ['-f', join(programs, name)]).status === 0 ? 1 : 0),
      kept: () => 0,
    });
  }
  const phones = await Promise.all(
    [0, 1].map(async () => {
      const phone = createFakeDevice({ transcript: TRANSCRIPTS.mixed });
      phone.release();
      return { phone, adbd: await startFakeAdbd(phone) };
    }),
  );
  farms.push({
    name: 'desk',
    runs: Math.ceil(6 * scale),
    verdicts: ['failed'],
    isCancelled: false,
    isBlind: false,
    options: instrumentation,
    connection: { kind: 'own_devices', name: 'desk', settings: { devices: 'desk', video: false } },
    starts: async () => phones.reduce((sum, { phone }) => sum + phone.starts().length, 0),
    live: () => phones.filter(({ phone }) => phone.isLeased()).length,
    kept: () => phones.reduce((sum, { phone }) => sum + phone.jobs().length + phone.installed().length, 0),
  });

  const timers: NodeJS.Timeout[] = [];
  let faulty: NodeJS.Timeout | null = null;
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random.next() * all.length)]!;
  const calm = (): void => {
    clearInterval(faulty ?? undefined);
    // A call that is rare would meet one after the other for minutes.
    for (const { faults } of services) faults.clear();
  };
  return {
    farms,
    async lend(tenantId) {
      const commands = ['program-passes', 'program-fails'].map((name) => ({
        tenantId,
        name,
        argv: [join(programs, name)],
        results: ['report.xml'],
        parallelJobs: 3,
      }));
      const devices = [{ tenantId, name: 'desk', serials: phones.map(({ adbd }) => adbd.serial), port: adbPort }];
      const paths = { FARM_COMMANDS: join(folder, 'commands.json'), FARM_DEVICES: join(folder, 'devices.json') };
      await writeFile(paths.FARM_COMMANDS, JSON.stringify(commands));
      await writeFile(paths.FARM_DEVICES, JSON.stringify(devices));
      return paths;
    },
    start() {
      timers.push(setInterval(() => services.forEach((service) => void service.advance(TICK_MS)), TICK_MS));
      faulty = setInterval(() => {
        const { faults } = pick(services);
        // Some calls are rare: their faults wait.
        if (faults.left() < MOST_FAULTS) faults.queue(pick(CALLS), pick(FAULTS));
      }, FAULT_EVERY_MS);
    },
    calm,
    async stop() {
      for (const timer of timers) clearInterval(timer);
      calm();
      spawnSync('/usr/bin/adb', ['-P', String(adbPort), 'kill-server'], {
        env: { HOME: folder, PATH: '/usr/bin:/bin' },
      });
      for (const { phone, adbd } of phones) {
        await adbd.close();
        phone.close();
      }
      await Promise.all(services.map((service) => service.close()));
    },
  };
}

const countLines = async (path: string): Promise<number> =>
  (await readFile(path, 'utf8').catch(() => '')).split('\n').filter(Boolean).length;
