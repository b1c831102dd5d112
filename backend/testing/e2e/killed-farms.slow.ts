/**
 * Two servers, of which one is killed every second for two minutes, while two hundred runs are on farms of every kind, which
 * fail now and then: each run ends once, is started once, and is green only where its tests passed.
 *
 * DEVICELANE_SEED repeats the faults, DEVICELANE_SCALE takes a part of the runs.
 */
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pino from 'pino';
import { readConfig } from '../../config.ts';
import type { Context } from '../../context.ts';
import { StartedRun, type StartRunInput } from '../../contract/runs.ts';
import { connect } from '../../integrations/connect.ts';
import { type OpenDoors, openDoors } from '../../wire.ts';
import { apkFile } from '../apks/apk-file.ts';
import { CiJob } from '../ci-job.ts';
import { makeDataFolder } from '../data-folder.ts';
import { freePort } from '../free-port.ts';
import { cloneControlDatabase } from '../postgres.ts';
import { until } from '../until.ts';
import { type Outside, setUpProject, startOutside } from '../world.ts';
import { createFleet, type Fleet, type FleetFarm } from './farm-fleet.ts';
import { seededRandom } from './seeded-random.ts';
import { startWorkerProcesses, type WorkerProcesses } from './worker-processes.ts';

const random = seededRandom();
const scale = Number(process.env.DEVICELANE_SCALE ?? 1);
const KILLS = Math.ceil(120 * scale);
/** Each takes a second, and what it takes to kill. */
const KILLING_MS = 1_500 * KILLS;
const SETTLE_MS = 180_000;
const JOBS = 10;

let outside: Outside;
let fleet: Fleet;
let workers: WorkerProcesses;
let doors: OpenDoors;
let ctx: Context;
let dataFolder: string;

beforeAll(async () => {
  outside = await startOutside();
  dataFolder = await makeDataFolder();
  fleet = await createFleet(dataFolder, random, { scale, adbPort: await freePort() });
  const databaseUrl = await cloneControlDatabase();
  workers = await startWorkerProcesses(2, async (url) => {
    const env = { ...outside.env, DATABASE_URL: databaseUrl ?? '', DEVICELANE_DATA: dataFolder };
    const options = { log: pino({ level: 'silent' }) };
    // The tenant is there before the operator lends it anything.
    const first = await openDoors(readConfig(env), url, options);
    const { tenantId } = await setUpProject(first, outside);
    await first.close();
    const whole = { ...env, ...(await fleet.lend(tenantId)) };
    doors = await openDoors(readConfig(whole), url, options);
    ctx = (await doors.contexts.open({ id: tenantId }, { kind: 'operator' }, 'test'))!;
    for (const { connection } of fleet.farms) await connect({ ctx, input: connection });
    return whole;
  });
  await workers.ready();
}, 120_000);

afterAll(async () => {
  await workers?.stop();
  await doors?.close();
  await fleet?.stop();
  await outside?.stop();
  await rm(dataFolder, { recursive: true, force: true });
});

/** As a client does whose server was killed: the same request until it is answered. */
async function persist<T>(request: () => Promise<T>): Promise<T> {
  for (const end = performance.now() + 60_000; ; await sleep(100)) {
    try {
      return await request();
    } catch (error) {
      if (performance.now() > end) throw error;
    }
  }
}

type Submitted = { farm: FleetFarm; name: string; runId: string; job: CiJob };
const submitted: Submitted[] = [];

async function submitAll(): Promise<void> {
  const cancels: Promise<void>[] = [];
  const waiting = fleet.farms.flatMap((farm) => Array.from({ length: farm.runs }, (_, index) => ({ farm, index })));
  // In an order that the seed decides, so that all kinds are at work at once.
  const shuffled = waiting.map((each) => ({ each, at: random.next() })).sort((one, other) => one.at - other.at);
  const queue = shuffled.map(({ each }) => each).values();
  const world = { backend: workers, oidc: outside.oidc, github: outside.github };
  const instrumentation = { runner: 'androidx.test.runner.AndroidJUnitRunner', target: 'com.example.app' };
  await Promise.all(
    Array.from({ length: JOBS }, async (_, number) => {
      const job = await persist(() => CiJob.start(world, { claims: { run_id: String(3_000 + number) } }));
      const app = await persist(() => job.upload(apkFile({ package: 'com.example.app' })));
      const bytes = apkFile({ package: 'com.example.app.test', instrumentation });
      const tests = await persist(() => job.upload(bytes, 'tests.apk', 'test_apk'));
      for (const { farm, index } of queue) {
        const name = `${farm.name} ${index}`;
        const artifacts: StartRunInput['artifacts'] = [
          { artifactId: app, role: 'app' },
          { artifactId: tests, role: 'tests' },
        ];
        const body = await job.runRequest({ name, farms: [farm.name], artifacts, ...farm.options });
        const answer = await persist(async () => {
          const given = await job.request('POST', '/v1/runs', { body });
          if (given.status >= 500) throw new Error(given.text);
          return given;
        });
        if (answer.status !== 201) throw new Error(`${name}: ${answer.text}`);
        const given = { farm, name, runId: StartedRun.parse(answer.json).runId, job };
        submitted.push(given);
        if (farm.isCancelled) cancels.push(cancel(given));
      }
    }),
  );
  await Promise.all(cancels);
}

/** Once its farm has it. */
async function cancel({ runId, job }: Submitted): Promise<void> {
  await settled(
    `a device for ${runId}`,
    async () => {
      const jobs = await ctx.db.selectFrom('jobs').select('state').where('run_id', '=', runId).execute();
      return jobs.every(({ state }) => state === 'queued' || state === 'running');
    },
    KILLING_MS + SETTLE_MS,
  );
  await persist(() => job.cancelRun(runId));
}

const settled = (what: string, holds: () => Promise<boolean>, timeoutMs = SETTLE_MS) =>
  until(what, holds, timeoutMs).catch(async (error: Error) => {
    throw new Error(`${error.message}; ${JSON.stringify(await unsettled())}`);
  });

const checks = () => outside.github.checks(outside.github.pullRequest.headSha);

/** Jobs that have not ended or are not forgotten, with their runs. */
const unsettled = () =>
  ctx.db
    .selectFrom('jobs')
    .innerJoin('runs', 'runs.id', 'jobs.run_id')
    .innerJoin('connections', 'connections.id', 'jobs.connection_id')
    .select(['jobs.id', 'kind', 'runs.state as run', 'jobs.state as job', 'outcome', 'failed_calls', 'forget_tries'])
    .where((eb) => eb.or([eb('runs.state', '<>', 'finished'), eb('forgotten_at', 'is', null)]))
    .limit(20)
    .execute();

const unfinished = async () =>
  (await ctx.db.selectFrom('runs').select('id').where('state', '<>', 'finished').execute()).length;

/** A farm that failed six times in a row is asked again after minutes: in a calm there is nothing to wait for. */
async function forgetNow(): Promise<void> {
  await ctx.write(async ({ tx, enqueue }) => {
    const waiting = await tx
      .updateTable('jobs')
      .set({ forget_at: null })
      .where('state', '=', 'finished')
      .where('forgotten_at', 'is', null)
      .where('forget_at', '>', ctx.now())
      .returning('id')
      .execute();
    for (const { id: jobId } of waiting) await enqueue('runs.forget-job', { jobId });
  });
}

test(`${KILLS} kills, seed ${random.seed}`, async () => {
  fleet.start();
  const kill = async (): Promise<void> => {
    for (let kills = 0; kills < KILLS; kills += 1) {
      await sleep(1_000);
      await workers.replace(kills % 2);
    }
    fleet.calm();
    await workers.ready();
  };
  await Promise.all([kill(), submitAll()]);
  await settled('every run ended', async () => (await unfinished()) === 0);
  await forgetNow();
  await settled('every run ended and forgotten', async () => (await unsettled()).length === 0);
  await settled('every check told', async () => {
    const completed = (await checks()).filter(({ status }) => status === 'completed');
    const told = new Set(completed.map(({ name }) => name));
    return submitted.every(({ name }) => told.has(name));
  });
  expect(submitted.length).toBe(fleet.farms.reduce((sum, { runs }) => sum + runs, 0));
}, 600_000);

test('each run has ended once, as it had to', async () => {
  const wrong: unknown[] = [];
  const all = await checks();
  for (const { farm, name, runId } of submitted) {
    const run = await ctx.db.selectFrom('runs').selectAll().where('id', '=', runId).executeTakeFirstOrThrow();
    const audit = await ctx.db.selectFrom('audit_entries').select('code').where('object', '=', runId).execute();
    const count = (code: string): number => audit.filter((entry) => entry.code === code).length;
    const conclusions = all.filter((check) => check.name === name).map(({ conclusion }) => conclusion);
    const isGreen = conclusions.includes('success');
    const isRight =
      farm.verdicts.includes(run.verdict!) &&
      count('run.started') === 1 &&
      count('run.finished') === 1 &&
      conclusions.length === 1 &&
      isGreen === (run.verdict === 'passed');
    if (!isRight) wrong.push({ name, verdict: run.verdict, audit: audit.map(({ code }) => code), conclusions });
  }
  expect(wrong).toEqual([]);
});

test('each was started once, nothing runs on, and no farm keeps anything', async () => {
  const found = [];
  for (const farm of fleet.farms) {
    const starts = await farm.starts();
    const isRight = farm.isBlind ? starts <= farm.runs : starts === farm.runs;
    found.push({
      farm: farm.name,
      starts: isRight ? 'right' : `${starts} for ${farm.runs}`,
      live: farm.live(),
      kept: farm.kept(),
    });
  }
  expect(found).toEqual(fleet.farms.map(({ name }) => ({ farm: name, starts: 'right', live: 0, kept: 0 })));
});
