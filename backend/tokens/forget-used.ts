/** Forgets used identity tokens and proofs, once they would be refused for their age. */
import type { ControlDb } from '../db/port.ts';

export async function forgetUsedTokens(control: ControlDb, now: Date): Promise<void> {
  await control.deleteFrom('used_tokens').where('expires_at', '<', now).execute();
  await control.deleteFrom('used_proofs').where('expires_at', '<', now).execute();
}
