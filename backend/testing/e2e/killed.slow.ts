/**
 * No run is lost and none is started twice, wherever the backend and its Postgres are killed: at each change of a run's
 * state, just before and just after it is committed, and at random moments.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findNotes } from '../../audit/proof/checkpoint.ts';
import { readLines } from '../../audit/proof/read-lines.ts';
import { verifyExport } from '../../audit/proof/verify.ts';
import { type RunView, StartedRun } from '../../contract/runs.ts';
import { type FakeFarm, startFakeFarm } from '../../farms/fake/service.ts';
import { apkFile } from '../apks/apk-file.ts';
import { CiJob } from '../ci-job.ts';
import { makeDataFolder } from '../data-folder.ts';
import { quickPlan } from '../farm-world.ts';
import { freePort } from '../free-port.ts';
import { until } from '../until.ts';
import { type Outside, startOutside } from '../world.ts';
import { type Killable, startKillable } from './killable.ts';
import type { DeathPoint } from './killable-messages.ts';
import { seededRandom } from './seeded-random.ts';

const random = seededRandom();
const RANDOM_KILLS = 5;
/** Milliseconds after a submission within which a random kill falls: a run takes about as long. */
const RANDOM_WITHIN = 1_500;

const FOREVER_MS = 3_600_000;

let outside: Outside;
let farm: FakeFarm;
let dataFolder: string;
let port: number;
let backend: Killable;

beforeAll(async () => {
  outside = await startOutside();
  farm = await startFakeFarm({ clock: () => Date.now() });
  dataFolder = await makeDataFolder();
  port = await freePort();
  backend = await start({ first: true });
}, 60_000);

afterAll(async () => {
  await backend?.stop();
  await farm?.close();
  await outside?.stop();
  await rm(dataFolder, { recursive: true, force: true });
});

/** Always on the same port: whoever waits for the server finds it again. */
function start({ first } = { first: false }): Promise<Killable> {
  const { github, oidc, env } = outside;
  const bound = {
    github: { repository: github.repository, installationId: github.installationId },
    oidc: { issuer: oidc.issuer },
  };
  return startKillable(
    { ...env, DEVICELANE_DATA: dataFolder, PORT: String(port) },
    { farm: { baseUrl: farm.baseUrl, start: 'lookup' }, setUp: first ? bound : null },
  );
}

type Submitted = { what: string; job: CiJob; body: unknown; runId: string; verdict: RunView['verdict'] };
const submitted: Submitted[] = [];

/** A CI job that has uploaded, and is about to start a run under a name of its own. */
async function prepare(what: string, verdict: RunView['verdict']): Promise<Submitted> {
  const world = { backend, oidc: outside.oidc, github: outside.github };
  const job = await CiJob.start(world, { claims: { run_id: String(1_000 + submitted.length) } });
  const body = await job.runRequest({
    name: what,
    artifacts: [{ artifactId: await job.upload(apkFile()), role: 'app' }],
  });
  const prepared = { what, job, body, runId: '', verdict };
  submitted.push(prepared);
  return prepared;
}

/** What a client does whose request was not answered: the same again, once the server is back. */
async function orAgain<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch {
    await backend.died;
    backend = await start();
    return request();
  }
}

async function submit(prepared: Submitted): Promise<void> {
  const answer = await orAgain(() => prepared.job.request('POST', '/v1/runs', { body: prepared.body }));
  expect(answer).toMatchObject({ status: 201 });
  prepared.runId = StartedRun.parse(answer.json).runId;
}

/** Checkpoints that a customer would have kept, from before each kill. */
const kept: string[] = [];

async function verifyLog() {
  const file = join(dataFolder, 'audit.jsonl');
  await backend.exportAudit(file);
  kept.push(...findNotes(await readFile(file, 'utf8')).slice(kept.length));
  return verifyExport(readLines(file), { key: null, older: kept });
}

/** Waits for a death, and starts the backend again unless a client's second try has. */
async function restartAfter(dying: Killable): Promise<void> {
  await dying.died;
  if (backend === dying) backend = await start();
  expect(await verifyLog()).toMatchObject({ bad: null });
}

const POINTS = (states: readonly string[]): [string, DeathPoint][] =>
  states.flatMap((state) =>
    (['before commit', 'after commit'] as const).map((phase): [string, DeathPoint] => [
      `${phase} of ${state}`,
      { state, phase },
    ]),
  );

describe('killed with its Postgres, the backend brings each run to one end:', () => {
  test.each(
    POINTS([
      'planned/planned/-/-',
      'queued/starting/written/-',
      'queued/starting/sent/-',
      'queued/queued/done/-',
      'running/collecting/done/-',
      'running/finished/done/-',
      'finished/finished/done/-',
    ]),
  )(
    '%s',
    async (what, point) => {
      farm.setPlan(quickPlan());
      const prepared = await prepare(what, 'passed');
      const dying = backend;
      await dying.dieAt(point);
      await submit(prepared);
      await restartAfter(dying);
    },
    30_000,
  );

  test.each(POINTS(['running/running/done/-']))(
    '%s',
    async (what, point) => {
      farm.setPlan(quickPlan({ runMs: 1_500 }));
      const prepared = await prepare(what, 'passed');
      const dying = backend;
      await dying.dieAt(point);
      await submit(prepared);
      await restartAfter(dying);
    },
    30_000,
  );

  test.each(
    POINTS([
      'cancelling/running/done/-',
      'cancelling/cancelling/done/written',
      'cancelling/cancelling/done/done',
      'cancelling/collecting/done/done',
      'cancelling/finished/done/done',
      'finished/finished/done/done',
    ]),
  )(
    'cancelled, %s',
    async (what, point) => {
      farm.setPlan(quickPlan({ runMs: FOREVER_MS }));
      const prepared = await prepare(`cancelled, ${what}`, 'cancelled');
      await submit(prepared);
      await prepared.job.until(prepared.runId, (run) => run.state === 'running');
      const dying = backend;
      await dying.dieAt(point);
      await orAgain(() => prepared.job.cancelRun(prepared.runId));
      await restartAfter(dying);
    },
    30_000,
  );

  test(`at ${RANDOM_KILLS} random moments, seed ${random.seed}`, async () => {
    farm.setPlan(quickPlan({ runMs: 200 }));
    for (let index = 0; index < RANDOM_KILLS; index += 1) {
      const prepared = await prepare(`random ${index}`, 'passed');
      const withPostgres = random.next() < 0.5;
      const dying = backend;
      setTimeout(() => dying.kill({ withPostgres }), random.next() * RANDOM_WITHIN);
      await submit(prepared);
      await restartAfter(dying);
    }
  }, 120_000);

  test('each run has ended once, as it had to', async () => {
    const wrong: unknown[] = [];
    for (const { what, job, runId, verdict } of submitted) {
      const run = await job.finished(runId, 60_000);
      const found = {
        what,
        verdict: run.verdict,
        starts: farm.starts(run.jobs[0]!.jobId),
        audit: await backend.auditOf(runId),
        check: await concludedChecks(what),
      };
      const right = {
        what,
        verdict,
        starts: 1,
        audit: ['run.started', ...(verdict === 'cancelled' ? ['run.cancelled'] : []), 'run.finished'],
        check: [verdict === 'cancelled' ? 'cancelled' : 'success'],
      };
      if (JSON.stringify(found) !== JSON.stringify(right)) wrong.push(found);
    }
    expect(wrong).toEqual([]);
    expect(farm.starts()).toBe(submitted.length);
    expect(farm.liveRuns()).toBe(0);
  }, 120_000);

  test('the audit log has every entry in one place, and extends each checkpoint that was seen on the way', async () => {
    const { bad, entries, extended } = await verifyLog();
    expect(bad).toBeNull();
    expect(entries).toBeGreaterThan(4 * submitted.length);
    expect(extended).toBe(kept.length);
    expect(kept.length).toBeGreaterThan(0);
  }, 60_000);
});

/** Conclusions of the checks of this name; one that is not completed is waited for. */
async function concludedChecks(name: string): Promise<(string | null)[]> {
  const checks = await until(`the check ${name} completed`, async () => {
    const all = await outside.github.checks(outside.github.pullRequest.headSha);
    const found = all.filter((check) => check.name === name);
    return found.length > 0 && found.every((check) => check.status === 'completed') ? found : null;
  });
  return checks.map((check) => check.conclusion);
}
