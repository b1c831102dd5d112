/**
 * Files at a farm: given once for all jobs that use them at a time, and forgotten with the last of these.
 *
 * A job holds an upload from before its start until the farm has forgotten the job. Who gives or forgets an upload does so
 * alone, so that none is forgotten while it is on its way, and left there.
 */
import type { Selectable } from 'kysely';
import type { Context, Write } from '../context.ts';
import { newId } from '../contract/ids.ts';
import type { TenantTables } from '../db/tenant-tables.ts';
import { type Farm, FarmError, type FarmFile, type FarmJob, type FileRole, type JobUploads } from '../farms/port.ts';
import { type JobRow, lockJob } from './change.ts';
import type { FarmWork } from './farm-job.ts';

type UploadRow = Selectable<TenantTables['farm_uploads']>;
type Wanted = Pick<UploadRow, 'connection_id' | 'role' | 'framework' | 'kind' | 'sha256'>;

/** What the farm deletes by itself sooner is given anew: a job may wait there for so long. */
const LEAST_LEFT_MS = 86_400_000;
const BUSY_MS = 5_000;

/**
 * Gives the farm a job's files, those that it has not yet.
 *
 * @returns `busy` while another job gives one of them; `ended` when the job does not start any more
 * @throws FarmError
 */
export async function giveFiles(
  ctx: Context,
  jobId: string,
  { farm, job }: FarmWork,
): Promise<JobUploads | 'busy' | 'ended'> {
  const app = await giveFile(ctx, jobId, farm, job, 'app', job.app);
  if (app === 'busy' || app === 'ended') return app;
  if (!job.tests) return { app: app.id, tests: null };
  const tests = await giveFile(ctx, jobId, farm, job, 'tests', job.tests);
  return tests === 'busy' || tests === 'ended' ? tests : { app: app.id, tests: tests.id };
}

async function giveFile(
  ctx: Context,
  jobId: string,
  farm: Farm,
  { framework }: FarmJob,
  role: FileRole,
  file: FarmFile,
): Promise<{ id: string } | 'busy' | 'ended'> {
  const held = await hold(ctx, jobId, { role, framework, kind: file.kind, sha256: Buffer.from(file.sha256, 'hex') });
  if (!held) return 'ended';
  if (held.external_id !== null) return { id: held.external_id };
  let given: { id: string } | null = null;
  const wasAlone = await ctx.alone(nameOf(held), async () => {
    given = await giveAlone(ctx, farm, held, file);
  });
  return wasAlone && given ? given : 'busy';
}

async function giveAlone(ctx: Context, farm: Farm, { id, role, framework }: UploadRow, file: FarmFile) {
  // Another job may have given it between the two looks.
  const row = await ctx.db.selectFrom('farm_uploads').selectAll().where('id', '=', id).executeTakeFirst();
  if (row?.external_id != null) return { id: row.external_id };
  const upload = await farm.upload({ key: id, role, framework, file });
  await ctx.db
    .updateTable('farm_uploads')
    .set({ external_id: upload.id, expires_at: upload.expiresAt })
    .where('id', '=', id)
    .execute();
  return { id: upload.id };
}

/** The upload that serves the job, which holds it from now on; null when the job does not start any more. */
async function hold(ctx: Context, jobId: string, file: Omit<Wanted, 'connection_id'>): Promise<UploadRow | null> {
  return ctx.write(async (write) => {
    // Locked, so that an end at the same time comes before this or sees it.
    const { job } = await lockJob(write, jobId);
    if (job.state !== 'starting') return null;
    const wanted = { ...file, connection_id: job.connection_id };
    const row = (await takeUpload(ctx, write, wanted)) ?? (await insertUpload(ctx, write, wanted));
    await write.tx
      .insertInto('job_uploads')
      .values({ job_id: jobId, upload_id: row.id })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
    return row;
  });
}

async function takeUpload(ctx: Context, { tx }: Write, wanted: Wanted): Promise<UploadRow | null> {
  const found = await tx
    .selectFrom('farm_uploads')
    .selectAll()
    .where('connection_id', '=', wanted.connection_id)
    .where('role', '=', wanted.role)
    .where('framework', '=', wanted.framework)
    .where('kind', '=', wanted.kind)
    .where('sha256', '=', wanted.sha256)
    .where('is_leaving', '=', false)
    .forUpdate()
    .executeTakeFirst();
  if (!found) return null;
  const leftMs = found.expires_at ? found.expires_at.getTime() - ctx.now().getTime() : Number.POSITIVE_INFINITY;
  if (leftMs >= LEAST_LEFT_MS) return found;
  await tx.updateTable('farm_uploads').set({ is_leaving: true }).where('id', '=', found.id).execute();
  return null;
}

async function insertUpload(ctx: Context, write: Write, wanted: Wanted): Promise<UploadRow> {
  for (;;) {
    const inserted = await write.tx
      .insertInto('farm_uploads')
      .values({
        ...wanted,
        id: newId('farmUpload', ctx.tenant.route),
        is_leaving: false,
        external_id: null,
        expires_at: null,
        created_at: ctx.now(),
      })
      .onConflict((conflict) => conflict.doNothing())
      .returningAll()
      .executeTakeFirst();
    const row = inserted ?? (await takeUpload(ctx, write, wanted));
    if (row) return row;
  }
}

/** Lets go of a job's uploads, and has the farm forget those that no other job holds. @throws FarmError */
export async function dropFiles(ctx: Context, job: JobRow, farm: Farm): Promise<void> {
  const held = await ctx.db
    .selectFrom('farm_uploads')
    .innerJoin('job_uploads', 'upload_id', 'id')
    .selectAll('farm_uploads')
    .where('job_id', '=', job.id)
    .execute();
  for (const upload of held) {
    if (!(await letGo(ctx, job.id, upload.id))) continue;
    const wasAlone = await ctx.alone(nameOf(upload), async () => {
      const { id: key, role, framework } = upload;
      await farm.forgetUpload({ key, role, framework, id: null });
      await ctx.db.deleteFrom('farm_uploads').where('id', '=', key).execute();
    });
    if (!wasAlone) throw new FarmError('broken', 'The file is on its way to the farm.', { retryAfterMs: BUSY_MS });
  }
}

/** @returns whether nobody else holds it: then nobody can take it any more, and the job holds it until it is gone */
async function letGo(ctx: Context, jobId: string, uploadId: string): Promise<boolean> {
  return ctx.write(async ({ tx }) => {
    const upload = await tx
      .selectFrom('farm_uploads')
      .select('id')
      .where('id', '=', uploadId)
      .forUpdate()
      .executeTakeFirst();
    if (!upload) return false;
    const other = await tx
      .selectFrom('job_uploads')
      .select('job_id')
      .where('upload_id', '=', uploadId)
      .where('job_id', '<>', jobId)
      .executeTakeFirst();
    if (other) {
      await tx.deleteFrom('job_uploads').where('upload_id', '=', uploadId).where('job_id', '=', jobId).execute();
      return false;
    }
    await tx.updateTable('farm_uploads').set({ is_leaving: true }).where('id', '=', uploadId).execute();
    return true;
  });
}

const nameOf = ({ id }: UploadRow): string => `farm-upload|${id}`;
