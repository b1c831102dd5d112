/** The server's side of DPoP (RFC 9449), with jose: what the stand-in accepts, the real server accepts. */
import { createHash } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';

/** Says why a proof is refused. */
export class ProofRefused extends Error {}

/** The thumbprint of the proof's key. `seen` keeps the proofs that were used: each is good once. */
export async function checkProof(
  proof: string | undefined,
  expected: { method: string; url: string; token: string | null; now: number },
  seen: Set<string>,
): Promise<string> {
  if (proof === undefined) throw new ProofRefused('there is no proof');
  const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
    typ: 'dpop+jwt',
    algorithms: ['ES256'],
    maxTokenAge: '60s',
    clockTolerance: '5s',
    currentDate: new Date(expected.now),
    requiredClaims: ['jti', 'htm', 'htu'],
  }).catch((cause: Error) => {
    throw new ProofRefused(cause.message);
  });
  const ath = expected.token === null ? undefined : createHash('sha256').update(expected.token).digest('base64url');
  if (payload.htm !== expected.method) throw new ProofRefused('it is for another method');
  if (payload.htu !== expected.url) throw new ProofRefused(`it is for another address: ${String(payload.htu)}`);
  if (payload.ath !== ath) throw new ProofRefused('it is for another token');
  if (seen.has(payload.jti as string)) throw new ProofRefused('it was used before');
  seen.add(payload.jti as string);
  const { jwk } = protectedHeader;
  if (!jwk || 'd' in jwk) throw new ProofRefused('its key is not a public key');
  return calculateJwkThumbprint(jwk);
}
