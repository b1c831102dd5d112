import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, importJWK, SignJWT, UnsecuredJWT } from 'jose';
import { CiJob, type JobAnswer } from '../testing/ci-job.ts';
import { expectRefusedExchange, type Refusal } from '../testing/refused-exchange.ts';
import { startWorld, type World } from '../testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const expectRefused = (ask: () => Promise<JobAnswer>, refusal: Refusal) => expectRefusedExchange(world, ask, refusal);

describe('A1, A2: a token that its issuer did not sign is refused', () => {
  const claimsOf = (token: string) =>
    JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Record<string, unknown>;
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  async function publishedKey() {
    const { keys } = (await (await fetch(`${world.oidc.issuer}/jwks`)).json()) as { keys: [{ kid: string }] };
    return keys[0];
  }

  test('with no algorithm', async () => {
    const job = new CiJob(world);
    const claims = claimsOf(await job.idToken());
    for (const alg of ['none', 'None', 'NONE', '']) {
      const unsecured = new UnsecuredJWT(claims).encode().replace(/^[^.]+/, encode({ alg, typ: 'JWT' }));
      await expectRefused(() => job.exchange({ idToken: unsecured }), { code: 'invalid_token', log: 'control' });
    }
  });

  test('with the public key as an HMAC secret', async () => {
    const job = new CiJob(world);
    const jwk = await publishedKey();
    const pem = await exportSPKI((await importJWK(jwk, 'RS256', { extractable: true })) as CryptoKey);
    const signed = `${encode({ alg: 'HS256', typ: 'JWT', kid: jwk.kid })}.${encode(claimsOf(await job.idToken()))}`;
    const signature = createHmac('sha256', pem).update(signed).digest('base64url');
    await expectRefused(() => job.exchange({ idToken: `${signed}.${signature}` }), {
      code: 'invalid_token',
      detail: /RS256/,
      log: 'control',
    });
  });

  test('with a key that it brings along or points to, which is never asked for', async () => {
    let asked = 0;
    const evil = createServer((_, response) => {
      asked += 1;
      response.end('{"keys":[]}');
    });
    await new Promise<void>((resolve) => evil.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(evil.address() as AddressInfo).port}/keys`;
    const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
    const { kid } = await publishedKey();
    const job = new CiJob(world);
    const claims = claimsOf(await job.idToken());
    const jwk = await exportJWK(publicKey);
    for (const header of [{ jku: url }, { x5u: url }, { jwk }, { kid, jku: url }, { kid, jwk }, { kid: url }]) {
      const idToken = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...header })
        .sign(privateKey);
      await expectRefused(() => job.exchange({ idToken }), { code: 'invalid_token', log: 'control' });
    }
    for (const iss of [url.replace('/keys', ''), `${world.oidc.issuer}.evil.example`]) {
      const idToken = await new SignJWT({ ...claims, iss })
        .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
        .sign(privateKey);
      await expectRefused(() => job.exchange({ idToken }), {
        code: 'invalid_token',
        detail: /not registered/,
        log: 'control',
      });
    }
    expect(asked).toBe(0);
    await new Promise((resolve) => evil.close(resolve));
  });

  test('with a claim changed after the signature', async () => {
    const job = new CiJob(world);
    const [header, , signature] = (await job.idToken()).split('.');
    const payload = encode({ ...claimsOf(await job.idToken()), repository_id: '1' });
    await expectRefused(() => job.exchange({ idToken: `${header}.${payload}.${signature}` }), {
      code: 'invalid_token',
      detail: /not signed by its issuer/,
      log: 'control',
    });
  });

  test.each([
    ['no JWT', 'secret-of-nobody'],
    ['five parts', 'eyJhbGciOiJkaXIifQ.a.b.c.d'],
    ['a list', `${encode({ alg: 'RS256' })}.${encode([])}.AAAA`],
  ])('that is %s', async (_, idToken) => {
    await expectRefused(() => new CiJob(world).exchange({ idToken }), { code: 'invalid_token', log: 'control' });
  });
});
