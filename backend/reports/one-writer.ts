/**
 * One writer for each check, among all processes.
 *
 * Whoever changes a run raises `wanted` in its own transaction, then enqueues a task. The writer holds an advisory lock of
 * the session while it posts: not the row's lock, which would make those changes wait for GitHub. The lock ends with its
 * connection, so a killed writer blocks nobody.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { sql } from 'kysely';
import type { TenantDb } from '../db/port.ts';

export type CheckRow = { projectId: string; runId: string; externalId: number | null };

type OneWriter = {
  db: TenantDb;
  checkId: string;
  /**
   * Reads the newest state, posts it and returns the host's id of the check. It is given the one connection that is
   * taken already: a second one could be waited for by every writer at once.
   */
  post(check: CheckRow, db: TenantDb): Promise<number | null>;
  /** Milliseconds between two posts. */
  paceMs: number;
  now(): Date;
};

/**
 * Posts until what was wanted is posted; states in between are left out. Returns at once where another writer is at work,
 * since that one looks again after it let go of the lock: what was wanted before our try for the lock is posted.
 * @throws what `post` throws; then nothing is marked as posted
 */
export async function keepPosted(writer: OneWriter): Promise<void> {
  do {
    if (!(await withLock(writer, (db) => postWanted({ ...writer, db })))) return;
  } while (await readBehind(writer.db, writer.checkId));
}

async function postWanted({ db, checkId, post, paceMs, now }: OneWriter): Promise<void> {
  for (let row = await readBehind(db, checkId); row; row = await readBehind(db, checkId)) {
    // The state is read after `wanted`, so it is at least as new as that.
    const externalId = await post({ projectId: row.project_id, runId: row.run_id, externalId: row.external_id }, db);
    await db
      .updateTable('checks')
      .set({ posted: row.wanted, posted_at: now(), external_id: externalId })
      .where('id', '=', checkId)
      .execute();
    await sleep(paceMs);
  }
}

function readBehind(db: TenantDb, checkId: string) {
  return db
    .selectFrom('checks')
    .select(['project_id', 'run_id', 'external_id', 'wanted'])
    .where('id', '=', checkId)
    .whereRef('posted', '<', 'wanted')
    .executeTakeFirst();
}

/** Returns whether the lock was free. */
async function withLock({ db, checkId }: OneWriter, work: (db: TenantDb) => Promise<void>): Promise<boolean> {
  const key = sql`hashtextextended(${checkId}, 4680)`;
  return db.connection().execute(async (connection) => {
    const answer = await sql<{ locked: boolean }>`select pg_try_advisory_lock(${key}) as locked`.execute(connection);
    if (!answer.rows[0]?.locked) return false;
    try {
      // The same tenant's database, on one connection.
      await work(connection as TenantDb);
    } finally {
      await sql`select pg_advisory_unlock(${key})`.execute(connection);
    }
    return true;
  });
}
