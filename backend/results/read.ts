/** Reads a run's results and evidence, for CI, people and the poster of checks. */
import { auditRead } from '../audit/append-read.ts';
import type { Context } from '../context.ts';
import { routeOfId } from '../contract/ids.ts';
import type { Evidence, ResultPage, TestResult } from '../contract/results.ts';
import { DevicelaneError, notFound } from '../errors.ts';
import type { FarmTest } from '../farms/port.ts';
import { findRun } from '../runs/read.ts';
import { openDevice } from '../runs/sealed.ts';
import { requireOperation } from '../tokens/permissions.ts';
import { readFailures } from './base-run.ts';
import { readDocument } from './document.ts';
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
  const jobs = await ctx.db
    .selectFrom('jobs')
    .innerJoin('job_documents', 'job_documents.job_id', 'jobs.id')
    .select(['jobs.id', 'jobs.sealed_device', 'job_documents.blob_name', 'job_documents.expires_at'])
    .where('jobs.run_id', '=', runId)
    .orderBy('position')
    .execute();
  const results: TestResult[] = [];
  for (const job of jobs) {
    if (job.expires_at <= ctx.now()) throw new DevicelaneError('gone', 'The results of this run were forgotten.');
    const { farm, label } = await openDevice(ctx, runId, job.id, job.sealed_device);
    const { tests } = await readDocument(ctx, runId, job.blob_name);
    const keys = await keyTests(ctx, run.project_id, tests);
    for (const [index, attempts] of groupAttempts(tests, keys)) {
      const [first] = attempts;
      const outcome = finalOutcome(attempts.map((attempt) => attempt.outcome));
      if (!first || outcome === null) continue;
      if (options.only && outcome !== 'failed' && outcome !== 'flaky') continue;
      results.push({
        suite: first.suite,
        name: first.name,
        jobId: job.id,
        farm,
        device: label,
        outcome,
        isNew: outcome === 'failed' && !known?.has(failureKey({ key: index, device: label })),
        attempts: attempts.map(({ attempt, outcome: ended, durationMs, message, stack }) => ({
          attempt,
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
    .where('jobs.run_id', '=', run.id)
    .where('evidence.expires_at', '>', ctx.now())
    .orderBy('evidence.id')
    .execute();
  return Promise.all(
    rows.map(async (row) => ({
      evidenceId: row.id,
      jobId: row.job_id,
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
      jobId: row.job_id,
      kind: row.kind,
      name,
      contentType: row.content_type,
      size: row.size,
    },
    body: ctx.blobs.read(run.id, row.blob_name),
  };
}
