/**
 * The dispatcher with 10,000 runs in flight on one worker, over 50 farm accounts: what its memory is, how often each account
 * is called against what it allows, and how long a verdict takes after the farm's end. The limit is the account's own.
 */
import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { newId } from '../contract/ids.ts';
import { createFakeFarm } from '../farms/fake/adapter.ts';
import { startFakeFarm } from '../farms/fake/service.ts';
import { connect } from '../integrations/connect.ts';
import { wantAccount } from '../runs/account.ts';
import { insertRun } from '../runs/insert-run.ts';
import { CiJob } from '../testing/ci-job.ts';
import { farmFile, farmJob } from '../testing/farm-job.ts';
import { quickPlan } from '../testing/farm-world.ts';
import { openTenant } from '../testing/kept.ts';
import { startWorld } from '../testing/world.ts';

const RUNS = Number(process.env.DEVICELANE_BENCH_RUNS ?? 10_000);
const ACCOUNTS = 50;
/** What each account allows. */
const CALLS_PER_SECOND = 10;
const BURST = 20;
/** Of the runs that many end while the others go on. */
const ENDING = 20;
const STEADY_MS = 30_000;
const BATCH = 100;

export async function dispatch(): Promise<string[]> {
  const farm = await startFakeFarm();
  let started = 0;
  farm.setPlan((request) => quickPlan({ runMs: started++ % ENDING === 0 ? 1_000 : 1e12 })(request));
  /** Calls of each account in each second. */
  const calls = new Map<string, number>();
  const world = await startWorld({
    farm: {
      kind: 'bench',
      settings: { account: 'first' },
      kinds: {
        bench: (settings) => {
          const limits = { callsPerSecond: CALLS_PER_SECOND, burst: BURST };
          const fake = createFakeFarm({ baseUrl: farm.baseUrl, start: 'idempotent', limits });
          return {
            ...fake,
            observe(job, externalId) {
              const key = `${settings.account} ${Math.floor(performance.now() / 1000)}`;
              calls.set(key, (calls.get(key) ?? 0) + 1);
              return fake.observe(job, externalId);
            },
          };
        },
      },
    },
  });
  try {
    const ctx = await openTenant(world, { actor: { kind: 'operator' } });
    const ids = await fill(ctx, world, createFakeFarm({ baseUrl: farm.baseUrl, start: 'idempotent' }));
    calls.clear();
    const before = { cpu: process.cpuUsage(), rows: await commits(ctx) };
    await sleep(STEADY_MS);
    const polls = [...calls.values()].reduce((sum, count) => sum + count, 0);
    const cpu = process.cpuUsage(before.cpu);
    const transactions = (await commits(ctx)) - before.rows;
    const worst = Math.max(...calls.values());
    const memory = process.memoryUsage().rss / 1e6;
    farm.advance(2_000);
    const times = await verdicts(ctx, ids);
    const perPoll = (value: number): string => (value / Math.max(1, polls)).toFixed(2);
    return [
      `${RUNS} runs in flight, ${ACCOUNTS} accounts: ${memory.toFixed(0)} MB in the one process, its farm included`,
      `${(polls / (STEADY_MS / 1000)).toFixed(0)} polls a second; the most of one account in a second ${worst}, of ${CALLS_PER_SECOND} and a burst of ${BURST} that it allows`,
      `a poll costs ${perPoll((cpu.user + cpu.system) / 1000)} ms of CPU and ${perPoll(transactions)} transactions`,
      `from the farm's end to the verdict of ${times.length} runs: median ${quantile(times, 0.5)} s, 99 % ${quantile(times, 0.99)} s, last ${quantile(times, 1)} s`,
    ];
  } finally {
    await world.stop();
    await farm.close();
  }
}

/** Runs as they stand ten minutes after their start, each with a job that waits for its farm. */
async function fill(
  ctx: Context,
  world: Awaited<ReturnType<typeof startWorld>>,
  farm: ReturnType<typeof createFakeFarm>,
): Promise<string[]> {
  const job = await CiJob.start(world, { claims: { run_id: '1' } });
  const artifactId = await job.upload();
  const capability = await ctx.db.selectFrom('capabilities').select('id').executeTakeFirstOrThrow();
  const accounts: string[] = [];
  for (let index = 0; index < ACCOUNTS; index += 1) {
    const input = { kind: 'bench', name: `account ${index}`, settings: { account: String(index) } };
    accounts.push((await connect({ ctx, input })).connectionId);
  }
  const app = farmFile('app.apk', 'apk', Buffer.from('an app'));
  await farm.upload({ key: 'app', role: 'app', framework: 'instrumentation', file: app });
  const { device } = farmJob('any', app);
  const ending: string[] = [];
  for (let from = 0; from < RUNS; from += BATCH) {
    const some = await Promise.all(
      Array.from({ length: Math.min(BATCH, RUNS - from) }, async (_, index) => {
        const runId = newId('run', ctx.tenant.route);
        await ctx.keys.createDataKey(runId);
        return { runId, index: from + index, digest: await ctx.keys.digest('bench', runId) };
      }),
    );
    await ctx.write(async (write) => {
      for (const { runId, index, digest } of some) {
        await insertRun(ctx, write, {
          runId,
          projectId: world.tenant.projectId,
          capabilityId: capability.id,
          rerunOf: null,
          digests: { key: digest, request: digest, name: digest, branch: null, baseBranch: null },
          headSha: 'a'.repeat(40),
          changeNumber: null,
          failOn: 'new',
          timeoutMs: 86_400_000,
          queueTimeoutMs: 86_400_000,
          cancelWhenLost: false,
          plan: { name: 'x', branch: null, title: null, baseBranch: null, framework: 'instrumentation', env: {} },
          artifacts: [{ artifactId, role: 'app' }],
          jobs: [
            {
              connectionId: accounts[index % ACCOUNTS]!,
              farm: 'bench',
              device,
              label: 'Pixel 8 (34)',
              shard: { index: 0, count: 1 },
              selection: null,
            },
          ],
        });
      }
    });
    for (const { runId } of some) {
      const { externalId } = await farm.start(farmJob(runId, app), { app: 'app', tests: null });
      await ctx.db
        .updateTable('jobs')
        .set({
          state: 'running',
          external_id: externalId,
          queued_at: new Date(Date.now() - 600_000),
          started_at: new Date(Date.now() - 600_000),
          last_seen_at: new Date(),
          next_poll_at: new Date(Date.now() + Math.random() * 30_000),
        })
        .where('run_id', '=', runId)
        .execute();
    }
    const ids = some.map(({ runId }) => runId);
    await ctx.db.updateTable('runs').set({ state: 'running' }).where('id', 'in', ids).execute();
    ending.push(...some.filter(({ index }) => index % ENDING === 0).map(({ runId }) => runId));
  }
  await ctx.write(async (write) => {
    for (const id of accounts) await wantAccount(ctx, write, 'poll_at', id, new Date());
  });
  return ending;
}

/** Seconds from now until each is finished; at most a minute and a half. */
async function verdicts(ctx: Context, ids: readonly string[]): Promise<number[]> {
  const since = Date.now();
  let done: Date[] = [];
  while (done.length < ids.length && Date.now() - since < 90_000) {
    await sleep(500);
    const rows = await ctx.db
      .selectFrom('runs')
      .select('finished_at')
      .where('state', '=', 'finished')
      .where('id', 'in', ids)
      .execute();
    done = rows.flatMap(({ finished_at }) => finished_at ?? []);
  }
  return done.map((at) => (at.getTime() - since) / 1000).sort((a, b) => a - b);
}

async function commits(ctx: Context): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select xact_commit::float8 as n from pg_stat_database where datname = current_database()`.execute(ctx.db);
  return rows[0]?.n ?? 0;
}

const quantile = (sorted: readonly number[], part: number): string =>
  (sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN).toFixed(1);

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
