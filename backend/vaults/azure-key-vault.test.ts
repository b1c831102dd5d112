import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { selfSigned } from '../testing/self-signed.ts';
import { createAzureKeyVault } from './azure-key-vault.ts';
import type { SecretVault } from './port.ts';

/** A small vault: it asks for a token as Key Vault does, and has one secret in two versions. */
const VERSION = 'a'.repeat(32);
let server: Server;
let url: string;
let status = 200;
let tokens: string[] = [];
let asked: string[] = [];
let vault: SecretVault;

beforeAll(async () => {
  const { key, cert } = selfSigned();
  server = createServer({ key, cert }, (request, response) => {
    const { pathname } = new URL(request.url ?? '', url);
    const { authorization } = request.headers;
    if (!authorization) {
      const challenge = `Bearer authorization="https://login.microsoftonline.com/t", resource="https://vault.azure.net"`;
      response.writeHead(401, { 'www-authenticate': challenge }).end('{}');
      return;
    }
    tokens.push(authorization);
    asked.push(pathname);
    const values: Record<string, string> = { '/secrets/one/': 'newest', [`/secrets/one/${VERSION}`]: 'pinned' };
    const value = values[pathname] ?? values[`${pathname}/`];
    const answer = value === undefined ? 404 : status;
    response.writeHead(answer, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        answer === 200 ? { value, id: `${url}${pathname}` } : { error: { code: 'x', message: 'tok-123' } },
      ),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const credential = { getToken: async () => ({ token: 'tok-123', expiresOnTimestamp: Date.now() + 3_600_000 }) };
  vault = createAzureKeyVault({ vaults: [url], credential, ca: cert });
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  status = 200;
  tokens = [];
  asked = [];
});

describe('Azure Key Vault', () => {
  test('gives the newest version of a secret, or one that is named', async () => {
    expect(await vault.read(`${url}/secrets/one`)).toBe('newest');
    expect(await vault.read(`${url}/secrets/one/${VERSION}`)).toBe('pinned');
    expect(tokens).toEqual(['Bearer tok-123', 'Bearer tok-123']);
  });

  test.each(['https://other.vault.azure.net/secrets/one', 'not a url', 'https://127.0.0.1/secrets/one'])(
    '%s is not asked: the operator has not opened it',
    async (other) => {
      expect(vault.mayRead(other)).toBe(false);
      await expect(vault.read(other)).rejects.toThrow();
      expect(asked).toEqual([]);
    },
  );

  test.each([
    [403, 'refused'],
    [429, 'broken'],
    [500, 'broken'],
  ] as const)('that answers %d is %s, and no token is in the error', async (answer, kind) => {
    status = answer;
    const error = await vault.read(`${url}/secrets/one`).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'VaultError', kind });
    expect(String(error) + JSON.stringify(error)).not.toContain('tok-123');
  });

  test('that has no such secret refuses', async () => {
    await expect(vault.read(`${url}/secrets/two`)).rejects.toMatchObject({ kind: 'refused' });
  });
});
