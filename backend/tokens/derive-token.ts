/**
 * A capability that can be told again although only its hash is kept: its random part is made from a secret of the
 * tenant's keyring and from what only this client knows. Who has the database has neither the secret nor the client's key.
 */
import { hkdfSync } from 'node:crypto';
import type { Context } from '../context.ts';
import { base62Of } from '../contract/base62.ts';
import { RANDOM_LENGTH, tokenOf } from '../contract/token-forms.ts';
import type { Identity } from './identity.ts';

const SECRET = 'exchanged-tokens';
/** Each byte makes a character with a likelihood of 97 %: the 33 that are needed are always there. */
const BYTES = 255;

export async function deriveToken(
  ctx: Context,
  identity: Pick<Identity, 'issuer' | 'jti'>,
  client: { thumbprint: string; idempotencyKey: string },
): Promise<string> {
  const { issuer, jti } = identity;
  const info = JSON.stringify([issuer, jti, client.thumbprint]);
  const secret = await ctx.keys.secret(SECRET);
  const bytes = hkdfSync('sha256', secret, client.idempotencyKey, info, BYTES);
  return tokenOf('ci', ctx.tenant.route, base62Of(new Uint8Array(bytes), RANDOM_LENGTH));
}
