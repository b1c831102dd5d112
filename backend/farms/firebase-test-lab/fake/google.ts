/** Google's side of a service account: the token endpoint, which checks what was signed, and what its calls carry. */
import { createPublicKey, createVerify, generateKeyPairSync, randomBytes } from 'node:crypto';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const EMAIL = 'robot@devicelane-test.iam.gserviceaccount.com';

export const SERVICE_ACCOUNT = { type: 'service_account', client_email: EMAIL, private_key: privateKey };

type Claims = { iss?: string; aud?: string; scope?: string; exp?: number; iat?: number };

export function createAccounts() {
  const tokens = new Set<string>();
  return {
    /** Null for an assertion that is not good. */
    exchange(assertion: string): string | null {
      const [head = '', body = '', signature = ''] = assertion.split('.');
      const isSigned = createVerify('RSA-SHA256')
        .update(`${head}.${body}`)
        .verify(createPublicKey(publicKey), Buffer.from(signature, 'base64url'));
      const claims = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Claims;
      const isMeant = claims.iss === EMAIL && claims.aud === 'https://oauth2.googleapis.com/token';
      const isFresh = (claims.exp ?? 0) - (claims.iat ?? 0) <= 3600 && (claims.exp ?? 0) * 1000 > Date.now();
      if (!isSigned || !isMeant || !isFresh || !claims.scope) return null;
      const token = `ya29.${randomBytes(16).toString('hex')}`;
      tokens.add(token);
      return token;
    },
    isKnown: (authorization: string | undefined): boolean => tokens.has((authorization ?? '').replace('Bearer ', '')),
    revokeAll: () => tokens.clear(),
  };
}
