import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { findNotes } from '../audit/proof/checkpoint.ts';
import type { Context } from '../context.ts';
import { newId } from '../contract/ids.ts';
import { publishCheckpoints } from '../integrations/publish-checkpoints.ts';
import { sealDevice, sealPlan } from '../runs/sealed.ts';
import { readAudit } from '../testing/kept.ts';
import { until } from '../testing/until.ts';
import { startWorld, type World } from '../testing/world.ts';
import { postCheck } from './post-check.ts';

const NOW = new Date('2026-01-02T03:04:05Z');

let world: World;
let ctx: Context;
let runId: string;
let checkId: string;
beforeAll(async () => {
  world = await startWorld();
  ctx = (await world.backend.contexts.system('test').openTenant({ id: world.tenant.tenantId }, { kind: 'worker' }))!;
});
afterAll(() => world.stop());

/** A run with one job on a device, and a check that wants to show it; no task is enqueued. */
beforeEach(async () => {
  const { route } = ctx.tenant;
  runId = newId('run', route);
  checkId = newId('check', route);
  const jobId = newId('job', route);
  await ctx.keys.createDataKey(runId);
  const { id: projectId } = await ctx.db.selectFrom('projects').select('id').executeTakeFirstOrThrow();
  const { id: connectionId } = await ctx.db
    .selectFrom('connections')
    .select('id')
    .where('kind', '!=', 'github_app')
    .executeTakeFirstOrThrow();
  const headSha = world.github.pullRequest.headSha;
  const plan = {
    name: runId,
    branch: 'b',
    title: 't',
    baseBranch: 'main',
    framework: 'instrumentation',
    env: {},
  } as const;
  await ctx.db
    .insertInto('runs')
    .values({
      id: runId,
      project_id: projectId,
      capability_id: newId('capability', route),
      key_digest: Buffer.from(runId),
      request_digest: Buffer.from('r'),
      name_digest: Buffer.from('n'),
      head_sha: headSha,
      change_number: 7,
      fail_on: 'new',
      state: 'running',
      sealed_plan: await sealPlan(ctx, runId, plan),
      timeout_ms: 1,
      queue_timeout_ms: 1,
      created_at: ctx.now(),
      ...NOT_YET_RUN,
    })
    .execute();
  await ctx.db
    .insertInto('jobs')
    .values({
      id: jobId,
      run_id: runId,
      position: 0,
      connection_id: connectionId,
      shard_index: 0,
      shard_count: 1,
      state: 'running',
      farm_key: jobId,
      sealed_device: await sealDevice(ctx, runId, jobId, { farm: 'lab', label: 'Pixel 8 (34)', device: DEVICE }),
      ...NOT_YET_JOB,
    })
    .execute();
  await ctx.db
    .insertInto('checks')
    .values({
      id: checkId,
      project_id: projectId,
      head_sha: headSha,
      name_digest: Buffer.from(runId),
      run_id: runId,
      external_id: null,
      wanted: 1,
      posted_at: null,
    })
    .execute();
});

/** Columns that a run and a job fill in later. */
const NOT_YET_RUN = {
  branch_digest: null,
  base_branch_digest: null,
  verdict: null,
  exit_code: null,
  conclusion: null,
  counts: null,
  attention: null,
  base_run_id: null,
  cancel_requested_at: null,
  started_at: null,
  finished_at: null,
};
const NOT_YET_JOB = {
  external_id: null,
  outcome: null,
  verdict: null,
  counts: null,
  sealed_reason: null,
  expected_tests: null,
  queued_at: null,
  started_at: null,
  last_seen_at: null,
  finished_at: null,
  forgotten_at: null,
};
const DEVICE = { model: 'Pixel 8', os: '34', orientation: 'portrait', locale: null } as const;

const post = (actor: Context['actor'] = { kind: 'worker' }) =>
  postCheck({ ctx: { ...ctx, actor }, input: { checkId } });
const held = async () =>
  (await world.github.checks(world.github.pullRequest.headSha)).filter((each) => each.external_id === checkId);
const row = () => ctx.db.selectFrom('checks').selectAll().where('id', '=', checkId).executeTakeFirstOrThrow();
const raise = () =>
  ctx.db
    .updateTable('checks')
    .set((eb) => ({ wanted: eb('wanted', '+', 1) }))
    .where('id', '=', checkId)
    .execute();
/** The context, with what it enqueues written down instead. */
function recording() {
  const later: { task: string; payload: unknown; after: Date | undefined }[] = [];
  const recorded: Context = {
    ...ctx,
    now: () => NOW,
    write: (work) =>
      ctx.write((write) =>
        work({
          ...write,
          async enqueue(task, payload, options) {
            later.push({ task, payload, after: options?.after });
          },
        }),
      ),
  };
  return { ctx: recorded, later };
}

describe('a check', () => {
  test('follows its run on the pull request’s head', async () => {
    await post();
    expect(await held()).toMatchObject([
      { name: runId, status: 'in_progress', conclusion: null, output: { title: 'Running: 0 of 1 job finished' } },
    ]);
    const counts = { total: 3, passed: 3, failed: 0, newFailures: 0, flaky: 0, skipped: 0 };
    await ctx.db
      .updateTable('jobs')
      .set({ state: 'finished', verdict: 'passed', counts: JSON.stringify(counts) })
      .where('run_id', '=', runId)
      .execute();
    await ctx.db
      .updateTable('runs')
      .set({
        state: 'finished',
        verdict: 'passed',
        exit_code: 0,
        counts: JSON.stringify(counts),
        finished_at: ctx.now(),
      })
      .where('id', '=', runId)
      .execute();
    await raise();
    await post();
    const [check] = await held();
    expect(check).toMatchObject({
      status: 'completed',
      conclusion: 'success',
      output: { title: 'Passed: 3 tests on Pixel 8 (34)' },
      details_url: `${ctx.publicUrl}/runs/${runId}`,
    });
    expect(check!.output.summary).toContain('| ✅ passed | `Pixel 8 (34)` | `lab` | 3 | 0 | 0 | 0 | 0 |');
    expect(await row()).toMatchObject({ wanted: 2, posted: 2, external_id: check!.id });
  });

  test.each<Context['actor']>([
    { kind: 'person', id: 'per_1', role: 'admin' },
    { kind: 'operator' },
    { kind: 'capability', id: 'cap_1', projectId: 'prj_1', runId: null, operations: ['run:create'], ci: null },
  ])('is posted for nobody but the queue ($kind)', async (actor) => {
    await expect(post(actor)).rejects.toMatchObject({ code: 'forbidden' });
    expect(await held()).toEqual([]);
  });

  test('that nobody knows is nothing to do', async () => {
    await postCheck({ ctx, input: { checkId: newId('check', ctx.tenant.route) } });
  });
});

describe('when GitHub refuses', () => {
  test('for good, no further try is made', async () => {
    world.github.failNext('POST', /check-runs/, { kind: 'answer', status: 422 });
    await post();
    expect(await row()).toMatchObject({ wanted: 1, posted: 1, external_id: null });
    expect(await held()).toEqual([]);
  });

  test('for now, the queue tries again', async () => {
    world.github.failNext('POST', /check-runs/, { kind: 'answer', status: 503 });
    await expect(post()).rejects.toMatchObject({ name: 'CodeHostError', kind: 'broken' });
    expect(await row()).toMatchObject({ posted: 0 });
    await post();
    expect(await held()).toHaveLength(1);
  });

  test('for a time that it names, the task comes back after that', async () => {
    const { ctx: recorded, later } = recording();
    world.github.failNext('POST', /check-runs/, { kind: 'answer', status: 429, headers: { 'retry-after': '90' } });
    await postCheck({ ctx: recorded, input: { checkId } });
    expect(await row()).toMatchObject({ posted: 0 });
    const after = new Date(NOW.getTime() + 90_000);
    expect(later).toEqual([{ task: 'reports.post-check', payload: { checkId }, after }]);
  });
});

test('a tenant’s posts take no more than two connections of one process; the others come back', async () => {
  const { ctx: recorded, later } = recording();
  let letGo = (): void => {};
  const othersCame = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  let writing = 0;
  const waiting: Context = {
    ...recorded,
    async alone(name, work) {
      writing += 1;
      await othersCame;
      return recorded.alone(name, work);
    },
  };
  const posts = Array.from({ length: 5 }, () => postCheck({ ctx: waiting, input: { checkId } }));
  await until('all five', () => later.length + writing === 5);
  expect(writing).toBe(2);
  letGo();
  await Promise.all(posts);
  expect(await held()).toHaveLength(1);
  const after = new Date(NOW.getTime() + 2_000);
  expect(later).toEqual(Array(3).fill({ task: 'reports.post-check', payload: { checkId }, after }));
});

describe('the audit log’s checkpoint', () => {
  const publish = (enabled: boolean, actor: Context['actor'] = { kind: 'operator' }) =>
    publishCheckpoints({ ctx: { ...ctx, actor }, input: { enabled } });
  const summary = async (): Promise<string> => {
    await raise();
    await post();
    return (await held())[0]!.output.summary ?? '';
  };

  test('is not in a check unless an admin has said so', async () => {
    expect(await summary()).not.toContain('Audit log');
    for (const actor of [{ kind: 'worker' }, { kind: 'person', id: 'per_1', role: 'member' }] as const) {
      await expect(publish(true, actor)).rejects.toMatchObject({ code: 'forbidden' });
    }
    expect(await summary()).not.toContain('Audit log');
  });

  test('then stands in it, signed, for whoever verifies an export later; and can be taken out again', async () => {
    const kept = () => ctx.db.selectFrom('audit_checkpoints').select('note').execute();
    await until('a checkpoint', async () => (await kept()).length > 0);
    expect(await publish(true)).toEqual({ connections: 1 });
    const [note, ...more] = findNotes(await summary());
    expect(more).toEqual([]);
    expect((await kept()).map((each) => each.note)).toContain(note);
    expect(await publish(false)).toEqual({ connections: 1 });
    expect(await summary()).not.toContain('Audit log');
    const changes = (await readAudit(ctx)).filter(({ code }) => code === 'connection.changed');
    expect(changes.map(({ detail }) => detail)).toEqual([{ publishCheckpoints: true }, { publishCheckpoints: false }]);
  });
});

test('without a GitHub App nothing is posted', async () => {
  await ctx.db
    .updateTable('connections')
    .set({ disconnected_at: ctx.now() })
    .where('kind', '=', 'github_app')
    .execute();
  await post();
  await ctx.db.updateTable('connections').set({ disconnected_at: null }).where('kind', '=', 'github_app').execute();
  expect(await held()).toEqual([]);
  expect(await row()).toMatchObject({ posted: 0 });
});
