import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { type OidcIssuer, startOidcIssuer } from './oidc.ts';

let oidc: OidcIssuer;
beforeAll(async () => {
  oidc = await startOidcIssuer({ claims: { repository_id: '42' } });
});
afterAll(() => oidc.stop());

const ask = (authorization: string, audience = 'https://devicelane.example') =>
  fetch(`${oidc.requestUrl}&audience=${encodeURIComponent(audience)}`, { headers: { authorization } });

describe('the issuer', () => {
  test('gives a job a token that its published keys verify', async () => {
    const answer = await fetch(`${oidc.issuer}/.well-known/openid-configuration`);
    const discovery = (await answer.json()) as { issuer: string; jwks_uri: string };
    expect(discovery.issuer).toBe(oidc.issuer);
    const { value } = (await (await ask(`bearer ${oidc.requestToken}`)).json()) as { value: string };
    const { payload, protectedHeader } = await jwtVerify(value, createRemoteJWKSet(new URL(discovery.jwks_uri)), {
      issuer: oidc.issuer,
      audience: 'https://devicelane.example',
      algorithms: ['RS256'],
      typ: 'JWT',
    });
    expect(protectedHeader.kid).toEqual(expect.any(String));
    expect(payload).toMatchObject({ repository_id: '42', run_attempt: '1', event_name: 'pull_request' });
    expect(payload.exp! - payload.iat!).toBe(300);
  });

  test.each(['', 'bearer wrong', 'Basic x'])('refuses to give one for %p', async (authorization) => {
    expect((await ask(authorization)).status).toBe(401);
  });

  test('mints with other claims, without some, and never the same id twice', async () => {
    const one = decodeJwt(await oidc.mint({ ref: 'refs/heads/main', nbf: undefined }));
    const other = decodeJwt(await oidc.mint());
    expect(one.ref).toBe('refs/heads/main');
    expect(one.nbf).toBeUndefined();
    expect(one.jti).not.toBe(other.jti);
  });
});
