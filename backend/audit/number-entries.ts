/**
 * The sequencer: gives each entry its place in the log, seals it there, and grows the tree. It runs beside the actions that
 * write entries and holds none of them up; in several processes at once, one works and the others pass by.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Context } from '../context.ts';
import type { TenantTransaction } from '../db/port.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { entryOf, macOf, textOf, writtenOf } from './entry.ts';
import { type LogKey, openLogKey } from './log-key.ts';
import { beganBefore, logSize, unnumbered } from './log-state.ts';
import { sealEntry } from './proof/seal.ts';
import { hashLeaf, type Node } from './proof/tree.ts';
import { readTree } from './read-nodes.ts';
import { takeTurn } from './take-turn.ts';

const BATCH = 256;
const LOCK = 'audit-sequencer';
/** How long one call goes on: far less than what counts as settled, so that what commits late is not passed by. */
const MAX_MS = 5_000;

/** `isAll`: nothing is left that the call could see. */
export type Numbered = { numbered: number; isAll: boolean };

/** @param input.whole looks through the whole log, and not only behind what is settled */
export async function numberEntries({ ctx, input }: { ctx: Context; input: { whole: boolean } }): Promise<Numbered> {
  requireWorker(ctx);
  const key = await openLogKey(ctx);
  const until = performance.now() + MAX_MS;
  let numbered = 0;
  let after = input.whole ? 0 : null;
  do {
    const ids = await ctx.db.transaction().execute((tx) => numberBatch(ctx, tx, key, after));
    if (!ids) return { numbered, isAll: false };
    numbered += ids.length;
    if (ids.length < BATCH) return { numbered, isAll: true };
    after = ids.at(-1) ?? 0;
  } while (performance.now() < until);
  return { numbered, isAll: false };
}

/** @returns ids of the entries that were numbered; null when another process is at it */
async function numberBatch(
  ctx: Context,
  tx: TenantTransaction,
  key: LogKey,
  after: number | null,
): Promise<number[] | null> {
  if (!(await takeTurn(tx, LOCK))) return null;
  const rows = await unnumbered(tx, after).limit(BATCH).execute();
  if (rows.length === 0) return [];
  const tree = await readTree(tx, await logSize(tx));
  let hasBegun = await beganBefore(tx);
  const nodes: Node[] = [];
  const leaves: { seq: number; entry_id: number; seal: Buffer; is_foreign: boolean }[] = [];
  for (const row of rows) {
    hasBegun ||= row.mac !== null;
    const is_foreign = hasBegun && !(await isOurs(ctx, row));
    const seq = tree.size;
    if (is_foreign) ctx.log.error({ seq }, 'an audit entry was not written by this program, or was changed since');
    const leaf = hashLeaf(textOf(entryOf({ ...row, seq, is_foreign })));
    nodes.push(...tree.append(leaf));
    leaves.push({ seq, entry_id: row.id, seal: sealEntry({ seq, leaf }, key.privateKey), is_foreign });
  }
  await tx.insertInto('audit_leaves').values(leaves).execute();
  await tx.insertInto('audit_nodes').values(nodes).execute();
  return rows.map(({ id }) => id);
}

type Row = Awaited<ReturnType<ReturnType<typeof unnumbered>['execute']>>[number];

async function isOurs(ctx: Context, row: Row): Promise<boolean> {
  const mac = await macOf(ctx.keys, writtenOf(row));
  return row.mac !== null && row.mac.length === mac.length && timingSafeEqual(row.mac, mac);
}
