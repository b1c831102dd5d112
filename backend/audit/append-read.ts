/** Audits that something was read: one entry for each actor, object and ten minutes, written before the first byte. */
import type { Context } from '../context.ts';
import { appendOnce } from './append-once.ts';

export function auditRead(ctx: Context, code: string, object: string): Promise<void> {
  return appendOnce(ctx, { code, object });
}

/** A report was looked at. A CI job that follows its run is told of its progress, which is none. */
export async function auditReport(ctx: Context, runId: string): Promise<void> {
  if (ctx.actor.kind === 'capability' && ctx.actor.ci !== null) return;
  await auditRead(ctx, 'report.viewed', runId);
}
