/** Checks a proof of possession (RFC 9449): that the sender holds the key, for this very request, just now. */
import { createHash, timingSafeEqual } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify } from 'jose';
import { DevicelaneError } from '../errors.ts';

export type ProvenRequest = { method: string /** Without query and fragment. */; url: string };
export type Proof = { thumbprint: string; id: string };

/** Seconds during which a proof is good, and its clock's tolerance. */
export const PROOF_MAX_AGE_SECONDS = 60;
export const PROOF_TOLERANCE_SECONDS = 5;
const MAX_LENGTH = 4096;

const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k'];

/**
 * @param token the access token that the proof comes with; null at the exchange
 * @throws DevicelaneError `invalid_proof`
 */
export async function verifyProof(
  proof: string | undefined,
  request: ProvenRequest,
  token: string | null,
  now: Date,
): Promise<Proof> {
  const refuse = (detail: string, cause?: unknown): DevicelaneError =>
    new DevicelaneError('invalid_proof', detail, { field: 'DPoP', cause });
  if (!proof) throw refuse('Send a DPoP proof (RFC 9449) in the DPoP header.');
  if (proof.length > MAX_LENGTH) throw refuse('The DPoP proof is too long.');

  const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
    typ: 'dpop+jwt',
    algorithms: ['ES256'],
    maxTokenAge: PROOF_MAX_AGE_SECONDS,
    clockTolerance: PROOF_TOLERANCE_SECONDS,
    requiredClaims: ['jti', 'iat', 'htm', 'htu', ...(token === null ? [] : ['ath'])],
    currentDate: now,
  }).catch((cause: unknown) => {
    throw refuse('The DPoP proof does not hold: its type, key, signature or time is off.', cause);
  });
  const { jwk } = protectedHeader;
  if (!jwk || PRIVATE_MEMBERS.some((member) => member in jwk)) throw refuse('The DPoP proof must carry a public key.');
  if (payload.htm !== request.method) throw refuse('The DPoP proof is for another method (htm).');
  if (payload.htu !== request.url) throw refuse(`The DPoP proof is for another URL (htu); this is ${request.url}.`);
  if (typeof payload.jti !== 'string' || payload.jti.length > 255) throw refuse('The DPoP proof needs a jti.');
  if (token !== null && !equalsHash(payload.ath, token)) throw refuse('The DPoP proof is for another token (ath).');
  return { thumbprint: await calculateJwkThumbprint(jwk), id: payload.jti };
}

function equalsHash(ath: unknown, token: string): boolean {
  const expected = Buffer.from(createHash('sha256').update(token).digest('base64url'));
  const given = Buffer.from(typeof ath === 'string' ? ath : '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
