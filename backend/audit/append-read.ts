/** Audits that something was read: one entry for each actor, object and ten minutes, written before the first byte. */
import type { Context } from '../context.ts';
import { appendOnce } from './append-once.ts';

export function auditRead(ctx: Context, code: string, object: string): Promise<void> {
  return appendOnce(ctx, { code, object });
}
