/** Tells each webhook of the newest checkpoint, at least once; one that does not take it is asked again, ever more rarely. */
import { sql } from 'kysely';
import { openCheckpoint } from '../audit/read-checkpoint.ts';
import type { Context } from '../context.ts';
import type { TenantDb } from '../db/port.ts';
import { DevicelaneError } from '../errors.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { WebhookError } from '../webhooks/port.ts';
import { requireWebhook } from './checkpoint-webhook.ts';
import { type ConnectionSettings, openConnectionSettings } from './settings.ts';

const FIRST_WAIT_MS = 5_000;
const LONGEST_WAIT_MS = 3_600_000;
/** About two days: then a tenant that does nothing is not kept awake for it any more. */
const MAX_FAILURES = 60;

export async function sendCheckpoints({ ctx }: { ctx: Context }): Promise<void> {
  requireWorker(ctx);
  const isDue = (db: TenantDb) => behind(db).where('next_try_at', '<=', ctx.now());
  if ((await isDue(ctx.db).limit(1).execute()).length === 0) return;
  await ctx.alone('checkpoint-webhooks', async () => {
    for (const webhook of await isDue(ctx.db).execute()) await tell(ctx, webhook);
  });
}

/** Whether every webhook has the newest checkpoint, or has failed for long: then there is nothing to come back for. */
export async function isTold(db: TenantDb): Promise<boolean> {
  return (await behind(db).where('failures', '<', MAX_FAILURES).limit(1).execute()).length === 0;
}

function behind(db: TenantDb) {
  return db
    .selectFrom('checkpoint_webhooks')
    .innerJoin('connections', 'connections.id', 'connection_id')
    .select(['connection_id', 'sealed_settings', 'failures'])
    .where('disconnected_at', 'is', null)
    .where('size', '<', sql<number>`(select coalesce(max(size), 0) from audit_checkpoints)`);
}

type Webhook = Awaited<ReturnType<ReturnType<typeof behind>['execute']>>[number];

async function tell(ctx: Context, { connection_id: id, sealed_settings, failures }: Webhook): Promise<void> {
  const checkpoint = await openCheckpoint(ctx);
  const { settings } = await openConnectionSettings(ctx, id, sealed_settings);
  const body = { type: 'audit.checkpoint', ...checkpoint };
  const problem = await send(ctx, settings, { id: `${id}.${checkpoint.size}`, body });
  const row = ctx.db.updateTable('checkpoint_webhooks').where('connection_id', '=', id);
  if (problem === null) {
    await row.set({ size: checkpoint.size, failures: 0 }).execute();
    return;
  }
  const wait = Math.min(FIRST_WAIT_MS * 2 ** Math.min(failures, 20), LONGEST_WAIT_MS) * (0.5 + Math.random() / 2);
  await row.set({ failures: failures + 1, next_try_at: new Date(ctx.now().getTime() + wait) }).execute();
  ctx.log.warn({ connection: id, failures: failures + 1, problem }, 'a webhook did not take a checkpoint');
}

/** Null once it was taken; else why not, without the address. */
async function send(
  ctx: Context,
  settings: ConnectionSettings,
  message: { id: string; body: unknown },
): Promise<string | null> {
  try {
    await ctx.webhooks.send(requireWebhook(ctx, settings, undefined).url, message);
    return null;
  } catch (error) {
    if (error instanceof WebhookError || error instanceof DevicelaneError) return error.message;
    throw error;
  }
}
