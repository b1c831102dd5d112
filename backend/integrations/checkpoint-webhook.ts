/**
 * A webhook that is told of each signed checkpoint of the audit log, so that a system of the customer's keeps what the log
 * once was. The checkpoint is signed itself: no secret is needed, and whoever alters it on its way is found out.
 */
import * as z from 'zod/mini';
import type { Context } from '../context.ts';
import { DevicelaneError } from '../errors.ts';
import { WebhookError } from '../webhooks/port.ts';
import type { ConnectionSettings } from './settings.ts';

export const CHECKPOINT_WEBHOOK = 'checkpoint_webhook';

const Settings = z.strictObject({ url: z.string().check(z.maxLength(2000)) });

/** @throws DevicelaneError `unsupported` naming what is wrong */
export function requireWebhook(ctx: Context, settings: ConnectionSettings, credential: unknown): { url: string } {
  const refuse = (detail: string, field: string): never => {
    throw new DevicelaneError('unsupported', detail, { field });
  };
  if (credential !== undefined) refuse('A checkpoint is signed itself: its webhook takes no credential.', 'credential');
  const parsed = Settings.safeParse(settings);
  if (!parsed.success) return refuse('The settings of such a webhook are { "url": "https://…" }.', 'settings');
  try {
    ctx.webhooks.requireUrl(parsed.data.url);
  } catch (error) {
    if (!(error instanceof WebhookError)) throw error;
    refuse(
      `Nothing is sent to this address: ${error.message}. The operator opens others in OUTGOING_HOSTS.`,
      'settings.url',
    );
  }
  return parsed.data;
}
