/** Collects what an ended job left at its farm: narrow rows, a sealed document, sealed evidence. A task; safe to repeat. */
import { randomBytes } from 'node:crypto';
import type { Context, Write } from '../context.ts';
import type { DataCategory } from '../contract/retention.ts';
import type { EvidenceKind } from '../contract/terms.ts';
import { FarmError, type FarmFeatures, type FarmTest } from '../farms/port.ts';
import { DAY_MS } from '../retention/categories.ts';
import { retentionDays } from '../retention/read.ts';
import { changeJob, type JobRow, lockJob, type RunRow } from '../runs/change.ts';
import { ArtifactForgotten, type FarmWork, withFarm } from '../runs/farm-job.ts';
import { retryDelayMs } from '../runs/pacing.ts';
import { readRunSecrets } from '../runs/secrets.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { boundResults } from './bounds.ts';
import { type CollectedEvidence, collectEvidence } from './collect-evidence.ts';
import { decideRepeat } from './decide-repeat.ts';
import { writeDocument } from './document.ts';
import { keepTimings } from './keep-timings.ts';
import { createRedactor, redactResults } from './redact.ts';
import { keepNames, keyTests } from './test-keys.ts';

/** Rows in one statement. */
const BATCH = 1000;

const CATEGORY: Record<EvidenceKind, 'logs' | 'media' | 'reports'> = {
  video: 'media',
  screenshot: 'media',
  app_log: 'logs',
  device_log: 'logs',
  network_log: 'logs',
  crash_log: 'logs',
  session_log: 'logs',
  performance: 'logs',
  report: 'reports',
};

type Collected = {
  expected: number | null;
  tests: FarmTest[];
  document: { blobName: string; size: number };
  features: FarmFeatures;
  evidence: CollectedEvidence[];
};

export async function collectResults({ ctx, input }: { ctx: Context; input: { jobId: string } }): Promise<void> {
  requireWorker(ctx);
  const { run, job } = await ctx.write((write) => lockJob(write, input.jobId));
  if (job.state !== 'collecting' || job.external_id === null) return;
  const written: string[] = [];
  let stored = false;
  try {
    const collected = await withFarm(ctx, run, job, 'collect', (work) => fetchResults(ctx, run, job, work, written));
    const keys = await keyTests(ctx, run.project_id, collected.tests);
    await keepNames(ctx, run.project_id, collected.tests, keys);
    stored = await ctx.write((write) => store(ctx, write, job.id, collected, keys));
  } catch (error) {
    await handleFailure(ctx, job, error);
  } finally {
    // What no row tells of is removed; a kill in between leaves it to the sweep.
    if (!stored) await Promise.all(written.map((name) => ctx.blobs.remove(name)));
  }
}

async function fetchResults(
  ctx: Context,
  run: RunRow,
  job: JobRow,
  { farm, job: farmJob }: FarmWork,
  written: string[],
): Promise<Collected> {
  const results = await farm.results(farmJob, job.external_id!);
  const redactor = createRedactor(await readRunSecrets(ctx, run.id));
  const tests = boundResults(redactResults(results, redactor));
  const newBlob = (): string => {
    const name = randomBytes(16).toString('hex');
    written.push(name);
    return name;
  };
  const documentBlob = newBlob();
  const document = { blobName: documentBlob, size: await writeDocument(ctx, run.id, documentBlob, { tests }) };
  const evidence = await collectEvidence(ctx, { runId: run.id, files: results.evidence, redactor, newBlob });
  return { expected: results.expected, tests, document, features: farm.features, evidence };
}

/** false: another process has stored them. */
async function store(
  ctx: Context,
  write: Write,
  jobId: string,
  collected: Collected,
  keys: Buffer[],
): Promise<boolean> {
  const { run, job } = await lockJob(write, jobId);
  if (job.state !== 'collecting') return false;
  const { tx, enqueue } = write;
  const now = ctx.now();
  const until = async (category: DataCategory): Promise<Date> =>
    new Date(now.getTime() + (await retentionDays(tx, category)) * DAY_MS);
  const rows = collected.tests.map(({ attempt, outcome, durationMs }, index) => ({
    job_id: jobId,
    test_key: keys[index]!,
    attempt,
    outcome,
    duration_ms: durationMs,
  }));
  for (let start = 0; start < rows.length; start += BATCH) {
    await tx
      .insertInto('test_results')
      .values(rows.slice(start, start + BATCH))
      .execute();
  }
  await tx
    .insertInto('job_documents')
    .values({
      job_id: jobId,
      blob_name: collected.document.blobName,
      size: collected.document.size,
      expires_at: await until('results'),
    })
    .execute();
  for (const item of collected.evidence) {
    const category = CATEGORY[item.kind];
    await tx
      .insertInto('evidence')
      .values({
        id: item.id,
        job_id: jobId,
        kind: item.kind,
        category,
        content_type: item.contentType,
        sealed_name: await ctx.keys.seal(run.id, `evidence.sealed_name|${item.id}`, item.name),
        blob_name: item.blobName,
        size: item.size,
        expires_at: await until(category),
      })
      .execute();
  }
  const finished = await changeJob(ctx, write, run, job, 'finished', {
    expected_tests: collected.expected,
    finished_at: now,
    failed_calls: 0,
  });
  await keepTimings(ctx, write, run, collected.tests, keys);
  await enqueue('runs.forget-job', { jobId });
  const isAgain = await decideRepeat(ctx, write, run, finished, { ...collected, keys });
  if (!isAgain) await enqueue('results.conclude', { runId: run.id });
  return true;
}

async function handleFailure(ctx: Context, job: JobRow, error: unknown): Promise<void> {
  const isFinal =
    error instanceof ArtifactForgotten ||
    error instanceof RangeError ||
    (error instanceof FarmError && error.kind === 'refused');
  if (!isFinal && !(error instanceof FarmError)) throw error;
  await ctx.write(async (write) => {
    const locked = await lockJob(write, job.id);
    if (locked.job.state !== 'collecting') return;
    if (isFinal) {
      await changeJob(ctx, write, locked.run, locked.job, 'finished', { outcome: 'errored', finished_at: ctx.now() });
      await write.enqueue('results.conclude', { runId: locked.run.id });
      await write.enqueue('runs.forget-job', { jobId: job.id });
      return;
    }
    await write.tx
      .updateTable('jobs')
      .set({ failed_calls: locked.job.failed_calls + 1 })
      .where('id', '=', job.id)
      .execute();
    const after = new Date(ctx.now().getTime() + retryDelayMs(locked.job.failed_calls, error.retryAfterMs));
    await write.enqueue('results.collect', { jobId: job.id }, { after });
  });
}
