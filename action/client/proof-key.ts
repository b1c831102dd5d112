/**
 * The key of one submission: made in memory, never written anywhere, gone with the process. A token that is bound to it
 * is useless to whoever finds the token in a log.
 *
 * `node:crypto` alone: a JWS of fixed shape needs no library, and the step starts sooner without one.
 */
import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

export type ProofKey = {
  /** A DPoP proof (RFC 9449) for one request; `token` is the access token that the request carries, if any. */
  prove(request: { method: string; url: string; token?: string; now: number }): string;
};

/** A new P-256 key pair. */
export function newProofKey(): ProofKey {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { kty, crv, x, y } = publicKey.export({ format: 'jwk' });
  const header = encode({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty, crv, x, y } });
  return {
    prove({ method, url, token, now }) {
      const { origin, pathname } = new URL(url);
      const claims = {
        jti: randomUUID(),
        htm: method,
        htu: origin + pathname,
        iat: Math.floor(now / 1000),
        ...(token !== undefined && { ath: createHash('sha256').update(token).digest('base64url') }),
      };
      const signed = `${header}.${encode(claims)}`;
      // JWS wants r and s side by side (RFC 7518, 3.4), not the DER that OpenSSL makes by default.
      const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return `${signed}.${signature.toString('base64url')}`;
    },
  };
}
