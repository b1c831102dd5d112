/** What a backend has kept, so that a test can see that a refusal left nothing and that forgetting is done. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import type { Actor, Context } from '../context.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

export type Kept = {
  /** Rows by table, without those that come and go by themselves and the audit log. */
  rows: Record<string, number>;
  blobs: string[];
  /** Records of the keyring. */
  keys: string[];
  /** Tasks of runs that the queue was ever given. */
  runTasks: number;
};

const PASSING = new Set([
  'audit_entries',
  'audit_leaves',
  'audit_nodes',
  'audit_checkpoints',
  'outbox',
  'migrations',
  'received_bytes',
]);

/** The world's own tenant, or another of its backend. */
export async function openTenant(world: World, options: { tenantId?: string; actor?: Actor } = {}): Promise<Context> {
  const { tenantId = world.tenant.tenantId, actor = { kind: 'worker' } } = options;
  const ctx = await world.backend.contexts.open({ id: tenantId }, actor, 'test');
  if (!ctx) throw new Error('there is no such tenant');
  return ctx;
}

export async function readKept(world: World): Promise<Kept> {
  const ctx = await openTenant(world);
  const rows: Record<string, number> = {};
  for (const table of await tablesOf(ctx.db)) {
    if (PASSING.has(table)) continue;
    const counted = await sql<{ n: number }>`select count(*)::int as n from ${sql.table(table)}`.execute(ctx.db);
    rows[table] = counted.rows[0]?.n ?? 0;
  }
  const { control } = world.backend.doors.databases;
  const tasks = await sql<{ n: number }>`
    select count(*)::int as n from queue.job where data->>'task' like 'runs.%'`.execute(control);
  return {
    rows,
    blobs: await filesBelow(join(world.dataFolder, 'blobs')),
    keys: await filesBelow(join(world.dataFolder, 'keyring')),
    runTasks: tasks.rows[0]?.n ?? 0,
  };
}

/** Where a complete artifact's bytes lie. @throws Error when it has none */
export async function contentOf(ctx: Context, artifactId: string) {
  return ctx.db
    .selectFrom('contents')
    .innerJoin('artifacts', 'artifacts.content_id', 'contents.id')
    .where('artifacts.id', '=', artifactId)
    .selectAll('contents')
    .executeTakeFirstOrThrow();
}

/** The bytes of a complete artifact, as they are read back. */
export async function storedBytes(ctx: Context, artifactId: string): Promise<Buffer> {
  const content = await contentOf(ctx, artifactId);
  const chunks: Uint8Array[] = [];
  for await (const chunk of ctx.blobs.read(content.id, content.blob_name)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Waits until every wish to delete a blob is fulfilled. @throws Error where that takes too long */
export const deletionsDone = async (world: World): Promise<void> => deletionsDoneIn(await openTenant(world));

/** The same where there is no world. */
export async function deletionsDoneIn(ctx: Context): Promise<void> {
  const left = () => ctx.db.selectFrom('blob_deletions').select('blob_name').limit(1).executeTakeFirst();
  await until('every blob deleted', async () => !(await left()));
}

/** Waits until no task is at work or due. @throws Error where that takes too long */
export async function tasksDone(world: World, timeoutMs?: number): Promise<void> {
  const ctx = await openTenant(world);
  const { control } = world.backend.doors.databases;
  const isDone = async (): Promise<boolean> => {
    const waiting = await ctx.db.selectFrom('outbox').select('id').limit(1).executeTakeFirst();
    const due = await sql`
      select 1 from queue.job where state in ('created', 'retry', 'active') and start_after <= now() limit 1`.execute(
      control,
    );
    return !waiting && due.rows.length === 0;
  };
  await until('all tasks done', isDone, timeoutMs);
}

/** Every row of the control database, the queue and the tenant's database as text; bytes as they are read, too. */
export async function dumpDatabases(world: World): Promise<string> {
  const ctx = await openTenant(world);
  const { control } = world.backend.doors.databases;
  const texts = [await dump(ctx.db, 'public'), await dump(control, 'public'), await dump(control, 'queue')];
  return texts.join('\n');
}

export function readAudit(ctx: Context) {
  return ctx.db.selectFrom('audit_entries').selectAll().orderBy('id').execute();
}

// biome-ignore lint/suspicious/noExplicitAny: the tables are found in the catalog
type AnyDb = Kysely<any>;

async function tablesOf(db: AnyDb, schema = 'public'): Promise<string[]> {
  const found = await sql<{ table_name: string }>`
    select table_name from information_schema.table_privileges
    where table_schema = ${schema} and grantee = current_user and privilege_type = 'SELECT'`.execute(db);
  return [...new Set(found.rows.map((row) => row.table_name))].sort();
}

async function dump(db: AnyDb, schema: string): Promise<string> {
  const texts: string[] = [];
  for (const table of await tablesOf(db, schema)) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(`${schema}.${table}`)}`.execute(db);
    for (const value of rows.flatMap((row) => Object.values(row))) {
      texts.push(value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : (JSON.stringify(value) ?? ''));
    }
  }
  return texts.join('\n');
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}
