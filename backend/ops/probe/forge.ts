/** What a forger can make who holds no secret of the server and no key of an issuer. */
import {
  createHmac,
  generateKeyPairSync,
  type JsonWebKey,
  type KeyObject,
  randomBytes,
  randomUUID,
  sign,
} from 'node:crypto';
import type { IssuerKey } from './issuer-key.ts';

export type Claims = Record<string, unknown>;

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export class Forger {
  readonly publicUrl: string;
  /** That the server trusts, or may. */
  readonly issuer: string;
  /** The issuer's own; null: it was not asked. */
  readonly issuerKey: IssuerKey | null;
  readonly rsaJwk: JsonWebKey;
  readonly #rsa: KeyObject;
  readonly #ec: KeyObject;
  readonly #ecJwk: JsonWebKey;

  constructor(publicUrl: string, issuer: string, issuerKey: IssuerKey | null = null) {
    this.publicUrl = publicUrl;
    this.issuer = issuer;
    this.issuerKey = issuerKey;
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#rsa = rsa.privateKey;
    this.rsaJwk = rsa.publicKey.export({ format: 'jwk' });
    this.#ec = ec.privateKey;
    this.#ecJwk = ec.publicKey.export({ format: 'jwk' });
  }

  get #kid(): string {
    return this.issuerKey?.kid ?? 'probe';
  }

  /** The claims of a CI job as GitHub would write them. */
  claims(changes: Claims = {}): Claims {
    const now = Math.floor(Date.now() / 1000);
    return {
      iss: this.issuer,
      aud: this.publicUrl,
      sub: 'repo:acme/app:ref:refs/heads/main',
      jti: randomUUID(),
      iat: now,
      nbf: now - 600,
      exp: now + 300,
      event_name: 'push',
      ref: 'refs/heads/main',
      ref_type: 'branch',
      repository: 'acme/app',
      repository_id: '1',
      repository_owner: 'acme',
      repository_owner_id: '1',
      repository_visibility: 'private',
      run_id: '1',
      run_attempt: '1',
      runner_environment: 'github-hosted',
      sha: 'a'.repeat(40),
      job_workflow_ref: 'acme/app/.github/workflows/test.yml@refs/heads/main',
      workflow_ref: 'acme/app/.github/workflows/test.yml@refs/heads/main',
      ...changes,
    };
  }

  /** Signed with a key of the forger's own, under the name of the issuer's. */
  signed(claims: Claims, header: Claims = {}): string {
    const text = `${encode({ alg: 'RS256', typ: 'JWT', kid: this.#kid, ...header })}.${encode(claims)}`;
    return `${text}.${sign('sha256', Buffer.from(text), this.#rsa).toString('base64url')}`;
  }

  unsigned(claims: Claims, alg: string): string {
    return `${encode({ alg, typ: 'JWT' })}.${encode(claims)}.`;
  }

  hmac(claims: Claims, alg: string, secret: string): string {
    const text = `${encode({ alg, typ: 'JWT', kid: this.#kid })}.${encode(claims)}`;
    return `${text}.${createHmac(`sha${alg.slice(2)}`, secret)
      .update(text)
      .digest('base64url')}`;
  }

  /** A proof of possession (RFC 9449) that would hold. */
  proof(method: string, path: string, changes: Claims = {}): string {
    const text = `${encode({ typ: 'dpop+jwt', alg: 'ES256', jwk: this.#ecJwk })}.${encode({
      jti: randomBytes(16).toString('hex'),
      htm: method,
      htu: this.publicUrl + path.split('?')[0],
      iat: Math.floor(Date.now() / 1000),
      ...changes,
    })}`;
    const signature = sign('sha256', Buffer.from(text), { key: this.#ec, dsaEncoding: 'ieee-p1363' });
    return `${text}.${signature.toString('base64url')}`;
  }
}
