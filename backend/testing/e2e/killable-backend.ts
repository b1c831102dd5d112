/**
 * A backend in a process of its own, on the embedded Postgres with durable writes, that kills itself and its Postgres
 * with SIGKILL where a test says. Started by `killable.ts` alone, through `killable-program.ts`.
 */
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import pino from 'pino';
import { exportAudit } from '../../audit/export.ts';
import { readConfig } from '../../config.ts';
import type { Actor, Context } from '../../context.ts';
import { createFakeFarm } from '../../farms/fake/adapter.ts';
import { sweep } from '../../retention/sweep.ts';
import type { OnTransaction } from '../../tenant-contexts.ts';
import { listTenants } from '../../tenants/create.ts';
import { forgetArtifact } from '../../uploads/forget.ts';
import { startBackend } from '../../wire.ts';
import { deletionsDoneIn, storedBytes } from '../kept.ts';
import { findStrays, type Strays } from '../strays.ts';
import { setUpProject } from '../world.ts';
import type { DeathPoint, FromBackend, Setting, ToBackend } from './killable-messages.ts';

const setting = JSON.parse(process.argv[2] ?? '') as Setting;
const config = readConfig(process.env);
const say = (message: FromBackend): void => void process.send?.(message);

let death: DeathPoint | null = null;
/** The newest upload when the test said where to die: only a later one counts. */
let before: string | null = null;
/** Milliseconds by which the backend's clock is ahead. */
let skew = 0;

type Db = Parameters<OnTransaction>[1];

const onTransaction: OnTransaction = async (phase, db) => {
  if (death?.phase !== phase) return;
  if ((await (death.of === 'upload' ? stateOfUpload(db) : stateOfRun(db))) === death.state) die();
};

function newestUpload(db: Db) {
  return db.selectFrom('artifacts').orderBy('artifacts.created_at', 'desc').limit(1);
}

/** Null when there is none. */
async function stateOfUpload(db: Db): Promise<string | null> {
  const newest = await newestUpload(db)
    .leftJoin('contents', 'contents.id', 'artifacts.content_id')
    .select(['artifacts.id', 'artifacts.state', 'contents.id as content', 'contents.signatures_blob'])
    .executeTakeFirst();
  if (!newest || newest.id === before) return null;
  const parts = await db.selectFrom('upload_parts').select('number').where('artifact_id', '=', newest.id).execute();
  const content = newest.content === null ? '-' : newest.signatures_blob === null ? 'bytes' : 'signed';
  return `${newest.state}/${parts.length}/${content}`;
}

/** Null when there is none. */
async function stateOfRun(db: Db): Promise<string | null> {
  const newest = await db
    .selectFrom('runs')
    .innerJoin('jobs', 'jobs.run_id', 'runs.id')
    .leftJoin('intents as starting', (join) =>
      join.onRef('starting.job_id', '=', 'jobs.id').on('starting.kind', '=', 'start'),
    )
    .leftJoin('intents as stopping', (join) =>
      join.onRef('stopping.job_id', '=', 'jobs.id').on('stopping.kind', '=', 'stop'),
    )
    .select(['runs.state as run', 'jobs.state as job', 'starting.state as started', 'stopping.state as stopped'])
    .orderBy('runs.created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return newest ? [newest.run, newest.job, newest.started ?? '-', newest.stopped ?? '-'].join('/') : null;
}

function die(): void {
  process.kill(postmaster, 'SIGKILL');
  process.kill(process.pid, 'SIGKILL');
}

const backend = await startBackend(config, {
  log: pino({ level: 'fatal' }),
  farms: { fake: () => createFakeFarm({ ...setting.farm, timeoutMs: 5_000 }) },
  onTransaction,
  now: () => new Date(Date.now() + skew),
});
const postmaster = Number(
  (await readFile(join(config.dataFolder, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0],
);
if (setting.setUp) await setUpProject(backend, setting.setUp, { kind: 'fake', settings: {} });
const [tenant] = await listTenants(backend.doors.databases.control);

async function open(actor: Actor): Promise<Context> {
  const ctx = await backend.contexts.open({ id: tenant!.id }, actor, 'test');
  if (!ctx) throw new Error('the tenant is not active');
  return ctx;
}

async function auditOf(object: string): Promise<string[]> {
  const ctx = await open({ kind: 'operator' });
  const query = ctx.db.selectFrom('audit_entries').select('code').where('object', '=', object).orderBy('id');
  return (await query.execute()).map(({ code }) => code);
}

async function storedDigest(artifactId: string): Promise<string> {
  return createHash('sha256')
    .update(await storedBytes(await open({ kind: 'worker' }), artifactId))
    .digest('hex');
}

async function sweepAfter(milliseconds: number): Promise<Strays> {
  skew = milliseconds;
  const ctx = await open({ kind: 'worker' });
  await sweep({ ctx });
  await backend.tidy(ctx.now());
  await deletionsDoneIn(ctx);
  skew = 0;
  return findStrays(ctx, config.dataFolder);
}

async function exportTo(file: string): Promise<void> {
  const ctx = await backend.contexts.open({ id: tenant!.id }, { kind: 'operator' }, 'test');
  await writeFile(file, await exportAudit({ ctx: ctx! }));
}

process.on('message', async (message: ToBackend) => {
  if ('die' in message) {
    const newest = await newestUpload((await open({ kind: 'worker' })).db)
      .select('id')
      .executeTakeFirst();
    before = newest?.id ?? null;
    death = message.die;
    say({ armed: true });
  } else if ('auditOf' in message) {
    say({ codes: await auditOf(message.auditOf) });
  } else if ('stored' in message) {
    say({ storedDigest: await storedDigest(message.stored) });
  } else if ('forget' in message) {
    const ctx = await open({ kind: 'person', id: 'per_test', role: 'admin' });
    await forgetArtifact({ ctx, input: { artifactId: message.forget } });
    say({ forgotten: true });
  } else if ('sweepAfter' in message) {
    say({ strays: await sweepAfter(message.sweepAfter) });
  } else if ('exportAudit' in message) {
    await exportTo(message.exportAudit);
    say({ exported: message.exportAudit });
  } else {
    await backend.stop();
    process.exit(0);
  }
});
// The test is gone: nobody else would stop this process.
process.on('disconnect', () => process.exit(1));
say({ url: backend.url });
