/** Adds entries to a tenant's audit log, in the transaction of the action that they tell of. */
import type { Actor, Context } from '../context.ts';
import type { TenantTransaction } from '../db/port.ts';
import { macOf } from './entry.ts';

export type AuditEntry = {
  /** What was done, such as `artifact.completed`. */
  code: string;
  outcome?: 'allowed' | 'denied';
  /** Id of the thing that it was done to. */
  object: string | null;
  /** Numbers and ids only: what a customer wrote never stands in the clear. */
  detail?: Record<string, string | number | boolean | null>;
};

/** The kind of who acts, and whose id: an API token is told from a CI job's capability. */
export function nameOfActor(actor: Actor): string {
  if (!('id' in actor)) return actor.kind;
  const isApiToken = actor.kind === 'capability' && actor.ci === null;
  return `${isApiToken ? 'api_token' : actor.kind}:${actor.id}`;
}

/** If the entry cannot be written, the transaction fails, and with it the action. */
export async function appendAudit(ctx: Context, tx: TenantTransaction, entry: AuditEntry): Promise<void> {
  const at = ctx.now();
  const { code, outcome = 'allowed', object } = entry;
  const detail = JSON.stringify(entry.detail ?? {});
  const [actor, requestId] = [nameOfActor(ctx.actor), ctx.requestId];
  const written = { at: `${at.toISOString().slice(0, -1)}000Z`, code, outcome, actor, object, requestId };
  const mac = await macOf(ctx.keys, { ...written, detail: JSON.parse(detail) });
  await tx
    .insertInto('audit_entries')
    .values({ at, code, outcome, actor, object, request_id: requestId, detail, mac })
    .execute();
}
