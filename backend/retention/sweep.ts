/**
 * The sweep: deletes what is past its time, in every category, and what no row tells of. A task; safe to repeat and to run
 * twice at once.
 */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { DAY_MS } from './categories.ts';
import { forgetArtifactRow } from './forget-artifact-row.ts';
import { remindDeletions, requestDeletion } from './request-deletion.ts';
import { sweepCredentials } from './sweep-credentials.ts';
import { sweepForks } from './sweep-forks.ts';

const BATCH = 100;
/** An upload that was never completed is given up after this; until then its parts are nobody's orphans. */
const ABANDONED_AFTER_MS = DAY_MS;
/** Longer than the time between two tries. */
const FORGOTTEN_AFTER_MS = 2 * 3_600_000;

export type Swept = {
  artifacts: number;
  documents: number;
  evidence: number;
  orphans: number;
  credentials: number;
  forks: number;
};

/** @returns how many of each were forgotten */
export async function sweep({ ctx }: { ctx: Context }): Promise<Swept> {
  requireWorker(ctx);
  await remindDeletions(ctx);
  await remindForgetting(ctx);
  return {
    artifacts: await sweepArtifacts(ctx),
    documents: await sweepRows(ctx, 'job_documents', 'results.forgotten'),
    evidence: await sweepRows(ctx, 'evidence', 'evidence.forgotten'),
    orphans: await sweepOrphans(ctx),
    credentials: await sweepCredentials(ctx),
    forks: await sweepForks(ctx),
  };
}

/** Jobs whose farm should have forgotten by now, and of which no task is on its way: one was lost. */
async function remindForgetting(ctx: Context): Promise<void> {
  const before = new Date(ctx.now().getTime() - FORGOTTEN_AFTER_MS);
  await ctx.write(async ({ tx, enqueue }) => {
    const lost = await tx
      .selectFrom('jobs')
      .innerJoin('connections', 'connections.id', 'jobs.connection_id')
      .select('jobs.id')
      .where('state', '=', 'finished')
      .where('forgotten_at', 'is', null)
      .where('finished_at', '<', before)
      .where((eb) => eb.or([eb('forget_at', 'is', null), eb('forget_at', '<', before)]))
      .where('credential_destroyed_at', 'is', null)
      .limit(BATCH)
      .execute();
    for (const { id: jobId } of lost) await enqueue('runs.forget-job', { jobId });
  });
}

async function sweepArtifacts(ctx: Context): Promise<number> {
  const abandoned = new Date(ctx.now().getTime() - ABANDONED_AFTER_MS);
  let count = 0;
  for (;;) {
    const forgotten = await ctx.write(async (write) => {
      const { tx } = write;
      const rows = await tx
        .selectFrom('artifacts')
        .select(['id', 'content_id'])
        .where('state', '<>', 'forgotten')
        .where((eb) =>
          eb.or([
            eb('expires_at', '<=', ctx.now()),
            eb.and([eb('state', '=', 'uploading'), eb('created_at', '<', abandoned)]),
          ]),
        )
        // Two sweeps at once then hold contents in one order, and wait for each other.
        .orderBy('content_id')
        .limit(BATCH)
        .forUpdate()
        .skipLocked()
        .execute();
      for (const row of rows) {
        await forgetArtifactRow(ctx, write, row, 'retention');
      }
      return rows.length;
    });
    count += forgotten;
    if (forgotten < BATCH) return count;
  }
}

async function sweepRows(ctx: Context, table: 'job_documents' | 'evidence', code: string): Promise<number> {
  let count = 0;
  for (;;) {
    const forgotten = await ctx.write(async (write) => {
      const { tx } = write;
      const rows = await tx
        .selectFrom(table)
        .select(['job_id', 'blob_name'])
        .where('expires_at', '<=', ctx.now())
        .limit(BATCH)
        .forUpdate()
        .skipLocked()
        .execute();
      const names = rows.map((row) => row.blob_name);
      if (names.length === 0) return 0;
      await requestDeletion(ctx, write, names, null);
      await tx.deleteFrom(table).where('blob_name', 'in', names).execute();
      // The narrow rows go with the document that they are the index of.
      const jobs = rows.map((row) => row.job_id);
      if (table === 'job_documents') await tx.deleteFrom('test_results').where('job_id', 'in', jobs).execute();
      for (const row of rows) await appendAudit(ctx, tx, { code, object: row.job_id, detail: { reason: 'retention' } });
      return rows.length;
    });
    count += forgotten;
    if (forgotten < BATCH) return count;
  }
}

/** Blobs that a kill left without a row, once they are older than any upload in progress. */
async function sweepOrphans(ctx: Context): Promise<number> {
  let count = 0;
  const before = ctx.now().getTime() - 2 * ABANDONED_AFTER_MS;
  for await (const blob of ctx.blobs.names()) {
    if (blob.modifiedAt.getTime() >= before || (await isKnown(ctx, blob.name))) continue;
    await ctx.blobs.remove(blob.name);
    count += 1;
  }
  return count;
}

async function isKnown(ctx: Context, name: string): Promise<boolean> {
  for (const table of ['contents', 'upload_parts', 'job_documents', 'evidence', 'blob_deletions'] as const) {
    const row = await ctx.db.selectFrom(table).select('blob_name').where('blob_name', '=', name).executeTakeFirst();
    if (row) return true;
  }
  const signed = ctx.db.selectFrom('contents').select('id').where('signatures_blob', '=', name);
  return (await signed.executeTakeFirst()) !== undefined;
}
