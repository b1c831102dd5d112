/** Forgets what was used once, when its time is over: identity tokens, proofs, and deliveries of events. */
import type { ControlDb } from '../db/port.ts';

export async function forgetUsedTokens(control: ControlDb, now: Date): Promise<void> {
  await control.deleteFrom('used_tokens').where('expires_at', '<', now).execute();
  await control.deleteFrom('deliveries').where('expires_at', '<', now).execute();
  await control.deleteFrom('used_proofs').where('expires_at', '<', now).execute();
}
