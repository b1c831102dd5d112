/** Proves that an entry is in the log, or that the log extends an earlier one, by a few hashes of its tree. */
import type { Context } from '../context.ts';
import type { AuditProof, ProofQuery } from '../contract/audit.ts';
import { DevicelaneError } from '../errors.ts';
import { requireOperation } from '../tokens/permissions.ts';
import { entryOf, selectEntries, textOf } from './entry.ts';
import { logSize, newestCheckpoint } from './log-state.ts';
import { consistencyRanges, inclusionRanges } from './proof/ranges.ts';
import { hashLeaf, type Range } from './proof/tree.ts';
import { readRanges } from './read-nodes.ts';

const invalid = (field: string, detail: string): DevicelaneError =>
  new DevicelaneError('invalid_request', detail, { field });

/** @throws DevicelaneError `invalid_request` naming `seq`, `from` or `size` */
export async function proveAudit({ ctx, input }: { ctx: Context; input: ProofQuery }): Promise<AuditProof> {
  requireOperation(ctx, 'admin');
  const reached = await logSize(ctx.db);
  const size = input.size === undefined ? ((await newestCheckpoint(ctx.db))?.size ?? 0) : Number(input.size);
  if (size > reached) throw invalid('size', `The log has ${reached} entries; ask for at most as many.`);
  if ((input.seq === undefined) === (input.from === undefined)) {
    throw invalid('seq', 'Give either seq, an entry’s place, or from, the size of an earlier log.');
  }
  if (input.from !== undefined) {
    const from = Number(input.from);
    if (from > size) throw invalid('from', `An earlier log has at most ${size} entries.`);
    return { from, size, consistency: await prove(ctx, consistencyRanges(from, size)) };
  }
  const seq = Number(input.seq);
  if (seq >= size) throw invalid('seq', `The log of ${size} entries has places from 0 to ${size - 1}.`);
  const row = await selectEntries(ctx.db)
    .innerJoin('audit_leaves', 'audit_leaves.entry_id', 'audit_entries.id')
    .select(['seq', 'is_foreign'])
    .where('seq', '=', seq)
    .executeTakeFirst();
  if (!row) throw new Error(`entry ${seq} of the audit log was taken away`);
  const entry = entryOf(row);
  const leafHash = hashLeaf(textOf(entry)).toString('base64');
  return { seq, size, entry, leafHash, inclusion: await prove(ctx, inclusionRanges(seq, size)) };
}

async function prove(ctx: Context, ranges: Range[]): Promise<string[]> {
  return (await readRanges(ctx.db, ranges)).map((hash) => hash.toString('base64'));
}
