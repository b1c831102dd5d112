/**
 * Signs what the log is now, at most once a minute or 256 entries. The tree is recomputed from the entries themselves, from
 * the last checkpoint on: a log that does not extend what was signed, or whose entries are not those that were numbered, is
 * not signed any more.
 */
import type { Context } from '../context.ts';
import type { TenantTransaction } from '../db/port.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { entryOf, selectEntries, textOf } from './entry.ts';
import { type LogKey, openLogKey } from './log-key.ts';
import { logSize, newestCheckpoint } from './log-state.ts';
import { openCheckpoint, signCheckpoint as signNote } from './proof/checkpoint.ts';
import type { NoteKey } from './proof/note.ts';
import { sealEntry } from './proof/seal.ts';
import { hashLeaf, type Tree } from './proof/tree.ts';
import { readTree } from './read-nodes.ts';
import { takeTurn } from './take-turn.ts';

const MAX_ENTRIES = 256;
const EVERY_MS = 60_000;
const LOCK = 'audit-checkpoint';

/** The log is not what was signed before. Somebody changed it past this program; only a person can say what is right. */
export class LogBroken extends Error {
  constructor(what: string) {
    super(`the audit log does not extend its last checkpoint, and is not signed: ${what}`);
    this.name = this.constructor.name;
  }
}

/** @throws LogBroken */
export async function signCheckpoints({ ctx }: { ctx: Context }): Promise<void> {
  requireWorker(ctx);
  const key = await openLogKey(ctx);
  while (await ctx.db.transaction().execute((tx) => signNext(tx, key, ctx.now())));
}

/** @returns whether more is due */
async function signNext(tx: TenantTransaction, key: LogKey, now: Date): Promise<boolean> {
  if (!(await takeTurn(tx, LOCK))) return false;
  const last = await newestCheckpoint(tx);
  const from = last?.size ?? 0;
  const size = await logSize(tx);
  // A clock that was put back is no reason to wait for it.
  const isDue = size - from >= MAX_ENTRIES || !last || Math.abs(now.getTime() - last.signed_at.getTime()) >= EVERY_MS;
  if (size === from || !isDue) return false;

  const tree = await readTree(tx, from);
  if (last) requireSigned(last, tree, key);
  const next = Math.min(size, from + MAX_ENTRIES);
  await extend(tx, tree, next, key);
  const note = signNote({ size: next, root: tree.root() }, key, key.privateKey);
  await tx.insertInto('audit_checkpoints').values({ size: next, note, signed_at: now }).execute();
  return size - next >= MAX_ENTRIES;
}

/** The tree is the one that was signed. @throws LogBroken */
export function requireSigned(last: { size: number; note: string }, tree: Tree, key: NoteKey): void {
  const signed = openCheckpoint(last.note, key);
  if (signed?.size !== last.size) throw new LogBroken(`the checkpoint of ${last.size} entries was altered`);
  if (!signed.root.equals(tree.root())) throw new LogBroken(`the tree of ${last.size} entries was altered`);
}

/** Adds the entries up to `end`, as they stand in the table. */
async function extend(tx: TenantTransaction, tree: Tree, end: number, key: LogKey): Promise<void> {
  const rows = await selectEntries(tx)
    .innerJoin('audit_leaves', 'audit_leaves.entry_id', 'audit_entries.id')
    .select(['seq', 'seal', 'is_foreign'])
    .where('seq', '>=', tree.size)
    .where('seq', '<', end)
    .orderBy('seq')
    .execute();
  for (const row of rows) {
    if (row.seq !== tree.size) break;
    const leaf = hashLeaf(textOf(entryOf(row)));
    // Ed25519 gives the same seal again, in less time than a seal takes to verify.
    if (!sealEntry({ seq: row.seq, leaf }, key.privateKey).equals(row.seal))
      throw new LogBroken(`entry ${row.seq} was altered`);
    tree.append(leaf);
  }
  if (tree.size !== end) throw new LogBroken(`entry ${tree.size} is missing`);
}
