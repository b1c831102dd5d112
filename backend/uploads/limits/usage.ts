/** What uploads of a project, and of its whole tenant, use of their limits. */
import type { Context } from '../../context.ts';
import type { TenantTransaction } from '../../db/port.ts';
import { DAY_MS } from '../../retention/categories.ts';
import { dayOf } from './day.ts';

export type Usage = {
  /** Uploads that are not complete. */
  open: number;
  /** When the first of them was opened. */
  oldest: Date | null;
  /** Bytes of them that have not come yet. As many as the files have: of a difference, what it saves is free once it is complete. */
  announced: number;
  /** Bytes that have come today. */
  received: number;
};

export async function readUsage(
  ctx: Context,
  tx: TenantTransaction,
  projectId: string,
): Promise<{ project: Usage; tenant: Usage }> {
  const opened = await tx
    .selectFrom('artifacts')
    .select(({ selectFrom }) => [
      'artifacts.project_id',
      'artifacts.created_at',
      'artifacts.size',
      selectFrom('upload_parts')
        .select(({ fn }) => fn.sum<number | null>('upload_parts.size').as('bytes'))
        .whereRef('artifact_id', '=', 'artifacts.id')
        .as('arrived'),
    ])
    .where('state', '=', 'uploading')
    // Older ones are given up, whether or not the sweep has been here.
    .where('created_at', '>', new Date(ctx.now().getTime() - DAY_MS))
    .orderBy('created_at')
    .execute();
  const received = await tx
    .selectFrom('received_bytes')
    .select(['project_id', 'bytes'])
    .where('day', '=', dayOf(ctx.now()))
    .execute();
  const usageOf = (isMeant: (row: { project_id: string }) => boolean): Usage => {
    const mine = opened.filter(isMeant);
    return {
      open: mine.length,
      oldest: mine[0]?.created_at ?? null,
      announced: mine.reduce((sum, { size, arrived }) => sum + Math.max(0, size - Number(arrived)), 0),
      received: received.filter(isMeant).reduce((sum, { bytes }) => sum + bytes, 0),
    };
  };
  return { project: usageOf((row) => row.project_id === projectId), tenant: usageOf(() => true) };
}
