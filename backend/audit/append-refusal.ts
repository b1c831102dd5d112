/** Audits that a credential which is known was refused: whoever tries again and again does not fill the log. */
import type { Context } from '../context.ts';
import type { ErrorCode } from '../errors.ts';
import { appendOnce } from './append-once.ts';

export function auditRefusal(ctx: Context, reason: ErrorCode): Promise<void> {
  const object = 'id' in ctx.actor ? ctx.actor.id : null;
  return appendOnce(ctx, { code: `access.${reason}`, outcome: 'denied', object });
}
