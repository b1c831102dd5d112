/** A key that an issuer publishes: an attacker has it too. */
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import * as z from 'zod/mini';

export type IssuerKey = { kid: string /** The public key. */; pem: string };

const TIMEOUT_MS = 10_000;
const Discovery = z.object({ jwks_uri: z.url() });
const KeySet = z.object({ keys: z.array(z.looseObject({ kid: z.optional(z.string()), kty: z.string() })) });

/** @throws Error when it gives no RSA key */
export async function readIssuerKey(issuer: string): Promise<IssuerKey> {
  const read = async (url: string): Promise<unknown> =>
    (await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) })).json();
  const base = issuer.replace(/\/$/, '');
  const { jwks_uri: keysUrl } = Discovery.parse(await read(`${base}/.well-known/openid-configuration`));
  const { keys } = KeySet.parse(await read(keysUrl));
  const key = keys.find(({ kty }) => kty === 'RSA');
  if (!key) throw new Error('no RSA key');
  const pem = createPublicKey({ key: key as JsonWebKey, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
  return { kid: key.kid ?? '', pem: String(pem) };
}
