import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { exportJWK, type GenerateKeyPairResult, generateKeyPair, SignJWT } from 'jose';
import { createIssuers, type Issuers } from './issuers.ts';
import { verifyIdentity } from './verify-identity.ts';

const AUDIENCE = 'https://devicelane.example';
const START = Date.parse('2026-03-01T12:00:00Z');

type Key = { kid: string } & GenerateKeyPairResult;
const newKey = async (kid: string): Promise<Key> => ({
  kid,
  ...(await generateKeyPair('RS256', { extractable: true })),
});
const jwkOf = async ({ kid, publicKey }: Key) => ({ ...(await exportJWK(publicKey)), kid, alg: 'RS256', use: 'sig' });

/** An issuer's own server, which misbehaves as a test wants. */
let server: Server;
let asked: string[];
let issuer: string;
let documents: Record<string, (() => { status?: number; headers?: Record<string, string>; body: unknown }) | undefined>;
let clock: number;
let issuers: Issuers;

beforeEach(async () => {
  asked = [];
  clock = START;
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    const answer = documents[request.url ?? '']?.() ?? { status: 404, body: {} };
    const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
    response.writeHead(answer.status ?? 200, { 'content-type': 'application/json', ...answer.headers }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  documents = { '/.well-known/openid-configuration': () => ({ body: { issuer, jwks_uri: `${issuer}/keys` } }) };
  issuers = createIssuers([{ issuer, kind: 'github' }], () => clock);
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

function publish(...keys: Key[]): void {
  documents['/keys'] = () => ({ body: { keys: published } });
  const published: object[] = [];
  void Promise.all(keys.map(jwkOf)).then((jwks) => published.push(...jwks));
}

function sign(key: Key): Promise<string> {
  const seconds = Math.floor(clock / 1000);
  return new SignJWT({
    repository_id: '9001',
    repository_owner_id: '3001',
    repository: 'acme/app',
    run_id: '1',
    run_attempt: '1',
    event_name: 'push',
    ref: 'refs/heads/main',
    sha: '0'.repeat(40),
    job_workflow_ref: 'acme/app/.github/workflows/ci.yml@refs/heads/main',
    runner_environment: 'github-hosted',
  })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: key.kid })
    .setIssuer(issuer)
    .setAudience(AUDIENCE)
    .setSubject('repo:acme/app')
    .setJti('one')
    .setIssuedAt(seconds)
    .setNotBefore(seconds - 600)
    .setExpirationTime(seconds + 300)
    .sign(key.privateKey);
}

const verify = async (key: Key) => verifyIdentity(await sign(key), issuers, AUDIENCE, new Date(clock));
const keyFetches = (): number => asked.filter((path) => path === '/keys').length;

describe('the keys of an issuer', () => {
  test('are fetched once for many tokens at once', async () => {
    const key = await newKey('a');
    publish(key);
    await Promise.all(Array.from({ length: 20 }, () => verify(key)));
    expect(asked).toEqual(['/.well-known/openid-configuration', '/keys']);
  });

  test('that are new are found when a token names one, at most twice a minute', async () => {
    const [old, next, stranger] = [await newKey('old'), await newKey('next'), await newKey('stranger')];
    publish(old);
    await verify(old);
    publish(old, next);
    await expect(verify(next)).rejects.toMatchObject({ code: 'invalid_token' });
    expect(keyFetches()).toBe(1);
    clock += 30_000;
    await verify(next);
    await verify(old);
    expect(keyFetches()).toBe(2);
    for (let i = 0; i < 10; i++) await expect(verify(stranger)).rejects.toMatchObject({ code: 'invalid_token' });
    expect(keyFetches()).toBe(2);
  });

  test('that were taken back are refused ten minutes later', async () => {
    const [old, next] = [await newKey('old'), await newKey('next')];
    publish(old);
    await verify(old);
    publish(next);
    clock += 10 * 60_000 + 1;
    await expect(verify(old)).rejects.toMatchObject({ code: 'invalid_token' });
  });

  test.each<[string, () => { status?: number; body: unknown }]>([
    ['an error', () => ({ status: 500, body: {} })],
    ['no keys', () => ({ body: { keys: [] } })],
    ['no JSON', () => ({ body: '<html>' })],
    ['more than 100 KiB', () => ({ body: { keys: [{ kty: 'RSA', n: 'x'.repeat(200_000) }] } })],
  ])('that were good are kept through an answer with %s', async (_, answer) => {
    const key = await newKey('a');
    publish(key);
    await verify(key);
    documents['/keys'] = answer;
    clock += 11 * 60_000;
    await verify(key);
    expect(keyFetches()).toBe(2);
  });

  test.each<[string, () => { status?: number; headers?: Record<string, string>; body: unknown }]>([
    ['is redirected', () => ({ status: 302, headers: { location: '/other-keys' }, body: '' })],
    ['is an error', () => ({ status: 503, body: {} })],
    ['is larger than 100 KiB', () => ({ body: { keys: [{ kty: 'RSA', n: 'x'.repeat(200_000) }] } })],
    ['has more keys than any issuer', () => ({ body: { keys: Array.from({ length: 51 }, () => ({ kty: 'RSA' })) } })],
  ])('are unavailable, which is no refusal, when the first answer %s', async (_, answer) => {
    const key = await newKey('a');
    publish(key);
    documents['/other-keys'] = documents['/keys'];
    documents['/keys'] = answer;
    await expect(verify(key)).rejects.toMatchObject({ code: 'unavailable' });
    expect(asked).not.toContain('/other-keys');
  });

  test.each([
    ['a discovery for another issuer', () => ({ issuer: 'https://evil.example', jwks_uri: `${issuer}/keys` })],
    ['keys at another host', () => ({ issuer, jwks_uri: issuer.replace('127.0.0.1', 'localhost').concat('/keys') })],
    ['keys at another port', () => ({ issuer, jwks_uri: 'http://127.0.0.1:1/keys' })],
  ])('are not fetched after %s', async (_, body) => {
    const key = await newKey('a');
    publish(key);
    documents['/.well-known/openid-configuration'] = () => ({ body: body() });
    await expect(verify(key)).rejects.toMatchObject({ code: 'unavailable' });
    expect(keyFetches()).toBe(0);
  });

  test('two of one name are a refusal, not a choice', async () => {
    const [one, other] = [await newKey('same'), await newKey('same')];
    publish(one, other);
    await expect(verify(one)).rejects.toMatchObject({ code: 'invalid_token' });
  });
});

describe('A3: the issuer of a token', () => {
  test.each([
    ['with a host behind it', () => `${issuer}.evil.example`],
    ['with a slash behind it', () => `${issuer}/`],
    ['with a path', () => `${issuer}/acme`],
    ['with a user', () => issuer.replace('http://', 'http://evil@')],
    ['in other letters', () => issuer.toUpperCase()],
    ['with another scheme', () => issuer.replace('http:', 'https:')],
    ['that is a list', () => [issuer]],
    ['that is missing', () => undefined],
    ['that is a name of every object', () => 'constructor'],
  ])('%s is refused before anything is asked', async (_, iss) => {
    const key = await newKey('a');
    publish(key);
    const [header, , signature] = (await sign(key)).split('.');
    const payload = Buffer.from(JSON.stringify({ iss: iss() })).toString('base64url');
    const token = `${header}.${payload}.${signature}`;
    await expect(verifyIdentity(token, issuers, AUDIENCE, new Date(clock))).rejects.toMatchObject({
      code: 'invalid_token',
    });
    expect(asked).toEqual([]);
  });

  test('of GitLab is no issuer of GitHub claims', async () => {
    const key = await newKey('a');
    publish(key);
    const gitlab = createIssuers([{ issuer, kind: 'gitlab' }], () => clock);
    await expect(verifyIdentity(await sign(key), gitlab, AUDIENCE, new Date(clock))).rejects.toThrow(
      /lacks usable claims: project_id/,
    );
  });

  test.each(['/_services/token', '/acme-enterprise'])(
    'with the path %s, as of GHES and of an enterprise, is found',
    async (path) => {
      const key = await newKey('a');
      publish(key);
      issuer = `${issuer}${path}`;
      const origin = new URL(issuer).origin;
      documents[`${path}/.well-known/openid-configuration`] = () => ({
        body: { issuer, jwks_uri: `${origin}/keys` },
      });
      issuers = createIssuers([{ issuer, kind: 'github' }], () => clock);
      await expect(verifyIdentity(await sign(key), issuers, AUDIENCE, new Date(clock))).resolves.toMatchObject({
        issuer,
        repositoryId: '9001',
      });
      expect(asked).toEqual([`${path}/.well-known/openid-configuration`, '/keys']);
    },
  );
});
