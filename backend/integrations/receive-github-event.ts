/**
 * Takes an event that GitHub signed. The work itself is a task: GitHub waits ten seconds for the answer. Who asks is nobody
 * that this server knows, so everything hangs on the signature; what the event may touch, on its tenant's own rows.
 */
import { createHash } from 'node:crypto';
import { appendControlAudit } from '../audit/append-control.ts';
import type { Webhook } from '../codehosts/port.ts';
import type { Context, SystemContext } from '../context.ts';
import { newId } from '../contract/ids.ts';
import { DevicelaneError, notFound } from '../errors.ts';
import { Envelope, type HookEvent, readEvent, taskOf } from './github-events.ts';
import { HOOK_EVENT, readGithubInstallation } from './read.ts';

type Input = {
  body: Buffer;
  /** The headers that came with it. */
  signature: string | undefined;
  event: string | undefined;
  delivery: string | undefined;
};

type Verb = { system: SystemContext; webhook: (Webhook & { appId: string }) | null; input: Input };

/** A claim that was never done is free again after this. */
const CLAIM_MS = 60_000;
/** GitHub delivers again for three days. */
const REMEMBER_MS = 30 * 86_400_000;

/** @throws DevicelaneError `not_found` where no secret is configured, `unauthenticated`, `invalid_request` */
export async function receiveGithubEvent({ system, webhook, input }: Verb): Promise<void> {
  if (!webhook) throw notFound();
  if (!webhook.isSigned(input.body, input.signature)) {
    await appendControlAudit(system, { code: 'hook.refused', outcome: 'denied', detail: { host: 'github' } });
    throw new DevicelaneError('unauthenticated', 'The event is not signed with the secret of this server’s App.', {
      field: 'X-Hub-Signature-256',
    });
  }
  const delivery = header('X-GitHub-Delivery', input.delivery, /^[\w-]{1,100}$/);
  const name = header('X-GitHub-Event', input.event, /^[a-z_]{1,100}$/);
  const payload = parseJson(input.body);
  const event = readEvent(name, payload, webhook.appId);
  if (!event) return;
  const found = await findProject(system, payload);
  if (!found) return;

  const digest = createHash('sha256').update(`github|${delivery}`).digest();
  if (!(await claim(system, digest))) return;
  try {
    await enqueue(found.ctx, found.projectId, event);
  } catch (error) {
    // The next delivery of it must not meet a claim for work that nobody does.
    await system.control.deleteFrom('deliveries').where('delivery_hash', '=', digest).execute();
    throw error;
  }
  await system.control.updateTable('deliveries').set({ is_done: true }).where('delivery_hash', '=', digest).execute();
}

function header(field: string, value: string | undefined, form: RegExp): string {
  if (value === undefined || !form.test(value)) {
    throw new DevicelaneError('invalid_request', `${field} is missing, or not of the form that GitHub sends.`, {
      field,
    });
  }
  return value;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw new DevicelaneError('invalid_request', 'The body is not JSON: set the content type of the webhook to JSON.', {
      field: 'Content-Type',
      cause,
    });
  }
}

/** The project of the repository, in the tenant that connected this very installation. */
async function findProject(
  system: SystemContext,
  payload: unknown,
): Promise<{ ctx: Context; projectId: string } | null> {
  const { data } = Envelope.safeParse(payload);
  if (!data) return null;
  const bindings = await system.control
    .selectFrom('repository_bindings')
    .select(['issuer', 'tenant_id', 'project_id'])
    .where('repository_id', '=', String(data.repository.id))
    // After a transfer nothing works until an admin approves the new owner.
    .where('owner_id', '=', String(data.repository.owner.id))
    .execute();
  for (const binding of bindings) {
    const ctx = await system.openTenant({ id: binding.tenant_id }, { kind: 'worker' });
    if (!ctx) continue;
    const access = await readGithubInstallation(ctx, binding.project_id);
    if (access?.installationId === String(data.installation.id)) return { ctx, projectId: binding.project_id };
  }
  return null;
}

async function claim({ control, now }: SystemContext, digest: Buffer): Promise<boolean> {
  const at = now();
  const claimed = await control
    .insertInto('deliveries')
    .values({ delivery_hash: digest, claimed_at: at, expires_at: new Date(at.getTime() + REMEMBER_MS) })
    .onConflict((conflict) =>
      conflict
        .column('delivery_hash')
        .doUpdateSet({ claimed_at: at })
        .where('deliveries.is_done', '=', false)
        .where('deliveries.claimed_at', '<', new Date(at.getTime() - CLAIM_MS)),
    )
    .executeTakeFirst();
  return claimed.numInsertedOrUpdatedRows === 1n;
}

async function enqueue(ctx: Context, projectId: string, event: HookEvent): Promise<void> {
  const eventId = newId('hookEvent', ctx.tenant.route);
  const sealed = await ctx.keys.seal(projectId, `${HOOK_EVENT}|${eventId}`, JSON.stringify(event));
  await ctx.write(async (write) => {
    await write.tx
      .insertInto('hook_events')
      .values({ id: eventId, project_id: projectId, sealed_event: sealed, received_at: ctx.now() })
      .execute();
    await write.enqueue(taskOf(event), { eventId });
  });
}
