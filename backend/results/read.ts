/** Reads a run's results and evidence, for CI, people and the poster of checks. */
import { auditRead } from '../audit/append-read.ts';
import type { Context } from '../context.ts';
import { routeOfId } from '../contract/ids.ts';
import type { Evidence, ResultPage, TestResult } from '../contract/results.ts';
import { DevicelaneError, notFound } from '../errors.ts';
import type { FarmTest } from '../farms/port.ts';
import type { RunRow } from '../runs/change.ts';
import { findRun } from '../runs/read.ts';
import { openDevice } from '../runs/sealed.ts';
import { requireOperation } from '../tokens/permissions.ts';
import { readFailures } from './base-run.ts';
import { readDocument } from './document.ts';
import { mergeTries, type TriedTest, type Try } from './merge-tries.ts';
import { readTries } from './read-tries.ts';
import { keyTests } from './test-keys.ts';
import { finalOutcome } from './test-outcome.ts';
import { failureKey } from './verdict.ts';

const PAGE = 1000;

/** A page of results; the cursor is the place to go on from. @throws DevicelaneError `not_found`, `gone` */
export async function readResults({
  ctx,
  input,
}: {
  ctx: Context;
  input: { runId: string; cursor?: string | undefined };
}): Promise<ResultPage> {
  requireOperation(ctx, 'run:read');
  const start = Number(input.cursor ?? '0');
  if (!Number.isSafeInteger(start) || start < 0) {
    throw new DevicelaneError('invalid_request', 'The cursor is not one that a page gave; start without one.', {
      field: 'cursor',
    });
  }
  const results = await readTestResults(ctx, input.runId);
  await auditRead(ctx, 'results.viewed', input.runId);
  return {
    results: results.slice(start, start + PAGE),
    evidence: start === 0 ? await readEvidenceList(ctx, input.runId) : [],
    cursor: results.length > start + PAGE ? String(start + PAGE) : null,
  };
}

/** Every test on every job, or only those that a reviewer must see. @throws DevicelaneError `not_found`, `gone` */
export async function readTestResults(
  ctx: Context,
  runId: string,
  options: { only?: 'failed_or_flaky' } = {},
): Promise<TestResult[]> {
  const run = await findRun(ctx, runId);
  const known = run.base_run_id ? await readFailures(ctx, ctx.db, run.base_run_id) : null;
  const results: TestResult[] = [];
  for (const { first, all } of await readTries(ctx.db, runId)) {
    const { farm, label } = await openDevice(ctx, runId, first.id, first.sealed_device);
    const tries: Try<FarmTest>[] = [];
    for (const { job, tried } of all) tries.push({ ...tried, tests: await readTriedTests(ctx, run, job.id) });
    for (const { key, attempts } of mergeTries(tries, ({ outcome }) => outcome).tests) {
      const [test] = attempts;
      const outcome = finalOutcome(attempts.map((attempt) => attempt.outcome));
      if (!test || outcome === null) continue;
      if (options.only && outcome !== 'failed' && outcome !== 'flaky') continue;
      results.push({
        suite: test.suite,
        name: test.name,
        jobId: first.id,
        farm,
        device: label,
        outcome,
        isNew: outcome === 'failed' && !known?.has(failureKey({ key, device: label })),
        // Each try counts its own from 1.
        attempts: attempts.map(({ outcome: ended, durationMs, message, stack }, index) => ({
          attempt: index + 1,
          outcome: ended,
          durationMs,
          message,
          stack,
        })),
      });
    }
  }
  return results;
}

/** Of one try, which may have left none. @throws DevicelaneError `gone` */
async function readTriedTests(ctx: Context, run: RunRow, jobId: string): Promise<TriedTest<FarmTest>[]> {
  const stored = await ctx.db
    .selectFrom('job_documents')
    .select(['blob_name', 'expires_at'])
    .where('job_id', '=', jobId)
    .executeTakeFirst();
  if (!stored) return [];
  if (stored.expires_at <= ctx.now()) throw new DevicelaneError('gone', 'The results of this run were forgotten.');
  const { tests } = await readDocument(ctx, run.id, stored.blob_name);
  const groups = groupAttempts(tests, await keyTests(ctx, run.project_id, tests));
  return [...groups].map(([key, attempts]) => ({ key, attempts }));
}

function groupAttempts(tests: readonly FarmTest[], keys: readonly Buffer[]): Map<string, FarmTest[]> {
  const groups = new Map<string, FarmTest[]>();
  for (const [index, test] of tests.entries()) {
    const key = keys[index]!.toString('hex');
    const group = groups.get(key);
    if (group) group.push(test);
    else groups.set(key, [test]);
  }
  for (const group of groups.values()) group.sort((a, b) => a.attempt - b.attempt);
  return groups;
}

export async function readEvidenceList(ctx: Context, runId: string): Promise<Evidence[]> {
  const run = await findRun(ctx, runId);
  const rows = await ctx.db
    .selectFrom('evidence')
    .innerJoin('jobs', 'jobs.id', 'evidence.job_id')
    .selectAll('evidence')
    .select(['jobs.repeats', 'jobs.repeat_number'])
    .where('jobs.run_id', '=', run.id)
    .where('evidence.expires_at', '>', ctx.now())
    .orderBy('evidence.id')
    .execute();
  return Promise.all(
    rows.map(async (row) => ({
      evidenceId: row.id,
      jobId: row.repeats ?? row.job_id,
      attempt: row.repeat_number + 1,
      kind: row.kind,
      name: (await ctx.keys.open(run.id, `evidence.sealed_name|${row.id}`, row.sealed_name)).toString('utf8'),
      contentType: row.content_type,
      size: row.size,
    })),
  );
}

/** One piece of evidence, audited before its first byte. @throws DevicelaneError `not_found`, `gone` */
export async function readEvidence({
  ctx,
  input,
}: {
  ctx: Context;
  input: { runId: string; evidenceId: string };
}): Promise<{ evidence: Evidence; body: AsyncIterable<Uint8Array> }> {
  requireOperation(ctx, 'run:read');
  if (routeOfId('evidence', input.evidenceId) !== ctx.tenant.route) throw notFound();
  const run = await findRun(ctx, input.runId);
  const row = await ctx.db
    .selectFrom('evidence')
    .innerJoin('jobs', 'jobs.id', 'evidence.job_id')
    .selectAll('evidence')
    .select(['jobs.repeats', 'jobs.repeat_number'])
    .where('jobs.run_id', '=', run.id)
    .where('evidence.id', '=', input.evidenceId)
    .executeTakeFirst();
  if (!row) throw notFound();
  if (row.expires_at <= ctx.now()) throw new DevicelaneError('gone', 'This evidence was forgotten.');
  await auditRead(ctx, 'evidence.viewed', row.id);
  const name = (await ctx.keys.open(run.id, `evidence.sealed_name|${row.id}`, row.sealed_name)).toString('utf8');
  return {
    evidence: {
      evidenceId: row.id,
      jobId: row.repeats ?? row.job_id,
      attempt: row.repeat_number + 1,
      kind: row.kind,
      name,
      contentType: row.content_type,
      size: row.size,
    },
    body: ctx.blobs.read(run.id, row.blob_name),
  };
}
