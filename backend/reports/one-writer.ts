/**
 * One writer for each check, among all processes.
 *
 * Whoever changes a run raises `wanted` in its own transaction, then enqueues a task. The writer holds a lock of its own
 * while it posts: not the row's, which would make those changes wait for GitHub.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';

/** It shows a run or, before there is one, a request to run a fork's files. */
export type CheckRow = {
  projectId: string;
  runId: string | null;
  forkRequestId: string | null;
  externalId: number | null;
};

type OneWriter = Pick<Context, 'db' | 'alone' | 'now'> & {
  checkId: string;
  /** Reads the newest state, posts it and returns the host's id of the check. */
  post(check: CheckRow): Promise<number | null>;
  /** Milliseconds between two posts. */
  paceMs: number;
};

/**
 * Posts until what was wanted is posted; states in between are left out. Returns at once where another writer is at work:
 * that one looks again after it let go of the lock, so what was wanted before our try for the lock is posted.
 * @throws what `post` throws; then nothing is marked as posted
 */
export async function keepPosted(writer: OneWriter): Promise<void> {
  while (await readBehind(writer)) {
    const wasFree = await writer.alone(`post ${writer.checkId}`, () => postWanted(writer));
    if (!wasFree) return;
  }
}

async function postWanted(writer: OneWriter): Promise<void> {
  for (let row = await readBehind(writer); row; row = await readBehind(writer)) {
    // The state is read after `wanted`, so it is at least as new as that.
    const externalId = await writer.post({
      projectId: row.project_id,
      runId: row.run_id,
      forkRequestId: row.fork_request_id,
      externalId: row.external_id,
    });
    await writer.db
      .updateTable('checks')
      .set({ posted: row.wanted, posted_at: writer.now(), external_id: externalId })
      .where('id', '=', writer.checkId)
      .execute();
    await sleep(writer.paceMs);
  }
}

function readBehind({ db, checkId }: OneWriter) {
  return db
    .selectFrom('checks')
    .select(['project_id', 'run_id', 'fork_request_id', 'external_id', 'wanted'])
    .where('id', '=', checkId)
    .whereRef('posted', '<', 'wanted')
    .executeTakeFirst();
}
