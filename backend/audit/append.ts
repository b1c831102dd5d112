/** Adds entries to a tenant's audit log, in the transaction of the action that they tell of. */
import type { Actor, Context } from '../context.ts';
import type { TenantTransaction } from '../db/port.ts';

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
  await tx
    .insertInto('audit_entries')
    .values({
      at: ctx.now(),
      code: entry.code,
      outcome: entry.outcome ?? 'allowed',
      actor: nameOfActor(ctx.actor),
      object: entry.object,
      request_id: ctx.requestId,
      detail: JSON.stringify(entry.detail ?? {}),
    })
    .execute();
}
