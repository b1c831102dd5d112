/** Exports the whole log, for whoever verifies it without this server. Streams: never more than a page is in memory. */
import type { Context } from '../context.ts';
import { requireOperation } from '../tokens/permissions.ts';
import { appendAudit } from './append.ts';
import { entryOf, selectEntries } from './entry.ts';
import { openLogKey } from './log-key.ts';
import { logSize } from './log-state.ts';
import { canonicalOf } from './proof/canonical.ts';
import { type ExportLine, FORMAT } from './proof/export-lines.ts';
import { formatKey } from './proof/note.ts';

const PAGE = 500;

/** Audited before its first byte. @returns lines of `proof/export-lines.ts` */
export async function exportAudit({ ctx }: { ctx: Context }): Promise<AsyncIterable<string>> {
  requireOperation(ctx, 'admin');
  await ctx.write(({ tx }) => appendAudit(ctx, tx, { code: 'audit.exported', object: null }));
  const key = formatKey(await openLogKey(ctx));
  return linesOf(ctx, key, await logSize(ctx.db));
}

async function* linesOf(ctx: Context, key: string, size: number): AsyncGenerator<string> {
  yield line({ format: FORMAT, key });
  for (let start = 0; start < size; start += PAGE) {
    const end = Math.min(start + PAGE, size);
    const checkpoints = await readCheckpoints(ctx, start, end);
    for (const row of await readPage(ctx, start, end)) {
      yield line({ entry: entryOf(row), seal: row.seal.toString('base64') });
      const note = checkpoints.get(row.seq + 1);
      if (note) yield line({ checkpoint: note });
    }
  }
  yield line({ end: { size } });
}

const line = (content: ExportLine): string => `${canonicalOf(content)}\n`;

/** An entry that was taken away is not there, and leaves a gap that verifying finds. */
function readPage(ctx: Context, start: number, end: number) {
  return selectEntries(ctx.db)
    .innerJoin('audit_leaves', 'audit_leaves.entry_id', 'audit_entries.id')
    .select(['seq', 'seal', 'is_foreign'])
    .where('seq', '>=', start)
    .where('seq', '<', end)
    .orderBy('seq')
    .execute();
}

/** Signed notes by the size of the log that they are of. */
async function readCheckpoints(ctx: Context, start: number, end: number): Promise<Map<number, string>> {
  const rows = await ctx.db
    .selectFrom('audit_checkpoints')
    .select(['size', 'note'])
    .where('size', '>', start)
    .where('size', '<=', end)
    .execute();
  return new Map(rows.map(({ size, note }) => [size, note]));
}
