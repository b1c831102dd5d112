import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { ConfigError, readConfig, VARIABLES } from './config.ts';

const pem = generateKeyPairSync('rsa', { modulusLength: 2048 })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString();
const database = 'postgres://dl:hunter2@db.example:5432/control';
const issuers = (...list: object[]): { OIDC_ISSUERS: string } => ({ OIDC_ISSUERS: JSON.stringify(list) });

describe('without any variable', () => {
  test('everything stands in one folder, on loopback', () => {
    const config = readConfig({});
    expect(config).toMatchObject({
      port: 4680,
      host: '127.0.0.1',
      publicUrl: null,
      databaseUrl: null,
      githubApp: null,
      githubWebhook: null,
      trustedRoots: null,
      logLevel: 'info',
    });
    for (const path of [config.blobFolder, config.rootKeyFile, config.keyringFolder]) {
      expect(path.startsWith(`${config.dataFolder}/`)).toBe(true);
    }
    expect(config.issuers.map((issuer) => issuer.issuer)).toEqual([
      'https://token.actions.githubusercontent.com',
      'https://gitlab.com',
    ]);
  });
});

describe('good values', () => {
  test('are taken', () => {
    const config = readConfig({
      DEVICELANE_DATA: 'data',
      PORT: '0',
      HOST: '0.0.0.0',
      PUBLIC_URL: 'https://devicelane.example/base/',
      DATABASE_URL: database,
      DEVICELANE_EMBEDDED: 'allow',
      BLOB_URL: 'file:blobs-elsewhere',
      GITHUB_APP_ID: '4680',
      GITHUB_APP_PRIVATE_KEY: pem,
      GITHUB_API_URL: 'https://github.example/api/v3/',
      LOG_LEVEL: 'silent',
      ...issuers({ issuer: 'https://github.example/_services/token', kind: 'github' }),
    });
    expect(config.publicUrl).toBe('https://devicelane.example/base');
    expect(config.githubApp?.apiUrl).toBe('https://github.example/api/v3');
    expect(config.blobFolder).toMatch(/\/blobs-elsewhere$/);
    expect(config.port).toBe(0);
  });

  test.each(['http://127.0.0.1:8080', 'http://localhost:1', 'http://[::1]:4680'])(
    'on loopback need no https: %s',
    (url) => {
      expect(readConfig({ PUBLIC_URL: url }).publicUrl).toBe(url);
    },
  );
});

test.each<[string, string, Record<string, string>]>([
  ['PORT', 'a word', { PORT: 'http' }],
  ['PORT', 'too high', { PORT: '65536' }],
  ['PORT', 'negative', { PORT: '-1' }],
  ['PORT', 'a fraction', { PORT: '1.5' }],
  ['PORT', 'empty', { PORT: '' }],
  ['PUBLIC_URL', 'no URL', { PUBLIC_URL: 'devicelane.example' }],
  ['PUBLIC_URL', 'another scheme', { PUBLIC_URL: 'ftp://devicelane.example' }],
  ['PUBLIC_URL', 'a query', { PUBLIC_URL: 'https://devicelane.example?x=1' }],
  ['PUBLIC_URL', 'a user', { PUBLIC_URL: 'https://me:hunter2@devicelane.example' }],
  [
    'PUBLIC_URL',
    'not https in public',
    { PUBLIC_URL: 'http://devicelane.example', DATABASE_URL: database, DEVICELANE_EMBEDDED: 'allow' },
  ],
  ['DATABASE_URL', 'an embedded database in public', { PUBLIC_URL: 'https://devicelane.example' }],
  ['KEYS_URL', 'a root key in a file in public', { PUBLIC_URL: 'https://devicelane.example', DATABASE_URL: database }],
  ['DEVICELANE_EMBEDDED', 'another word', { DEVICELANE_EMBEDDED: 'yes' }],
  ['DATABASE_URL', 'another database', { DATABASE_URL: 'mysql://root:hunter2@db.example/x' }],
  ['DATABASE_URL', 'no URL behind the scheme', { DATABASE_URL: 'postgres://dl:hunter2@:notaport/x' }],
  ['BLOB_URL', 'another store', { BLOB_URL: 's3://bucket' }],
  ['BLOB_URL', 'no path', { BLOB_URL: 'file:' }],
  ['KEYS_URL', 'a bare path', { KEYS_URL: '/var/lib/key' }],
  ['KEYRING_URL', 'another scheme', { KEYRING_URL: 'http://keys.example' }],
  ['OIDC_ISSUERS', 'no JSON', { OIDC_ISSUERS: 'https://gitlab.com' }],
  ['OIDC_ISSUERS', 'no issuer', issuers()],
  ['OIDC_ISSUERS', 'an unknown kind', issuers({ issuer: 'https://ci.example', kind: 'jenkins' })],
  ['OIDC_ISSUERS', 'an unknown key', issuers({ issuer: 'https://ci.example', kind: 'github', audience: 'x' })],
  ['OIDC_ISSUERS', 'http', issuers({ issuer: 'http://ci.example', kind: 'github' })],
  [
    'OIDC_ISSUERS',
    'the same twice',
    issuers({ issuer: 'https://ci.example', kind: 'github' }, { issuer: 'https://ci.example', kind: 'gitlab' }),
  ],
  ['GITHUB_APP_ID', 'missing beside its key', { GITHUB_APP_PRIVATE_KEY: pem }],
  ['GITHUB_APP_ID', 'no id', { GITHUB_APP_ID: 'my app', GITHUB_APP_PRIVATE_KEY: pem }],
  ['GITHUB_APP_PRIVATE_KEY', 'missing beside its id', { GITHUB_APP_ID: '1' }],
  ['GITHUB_APP_PRIVATE_KEY', 'no PEM', { GITHUB_APP_ID: '1', GITHUB_APP_PRIVATE_KEY: 'hunter2' }],
  [
    'GITHUB_APP_PRIVATE_KEY',
    'a PEM of nothing',
    { GITHUB_APP_ID: '1', GITHUB_APP_PRIVATE_KEY: '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----' },
  ],
  ['GITHUB_WEBHOOK_SECRET', 'no App beside it', { GITHUB_WEBHOOK_SECRET: 'hunter2hunter2hunter2' }],
  [
    'GITHUB_WEBHOOK_SECRET',
    'too short',
    { GITHUB_APP_ID: '1', GITHUB_APP_PRIVATE_KEY: pem, GITHUB_WEBHOOK_SECRET: 'hunter2' },
  ],
  ['GITHUB_WEBHOOK_PREVIOUS', 'alone', { GITHUB_WEBHOOK_PREVIOUS: '{"secret":"hunter2"}' }],
  [
    'GITHUB_WEBHOOK_PREVIOUS',
    'without an end',
    {
      GITHUB_APP_ID: '1',
      GITHUB_APP_PRIVATE_KEY: pem,
      GITHUB_WEBHOOK_SECRET: 'hunter2hunter2hunter2',
      GITHUB_WEBHOOK_PREVIOUS: '{"secret":"hunter2"}',
    },
  ],
  ['GITHUB_API_URL', 'no URL', { GITHUB_APP_ID: '1', GITHUB_APP_PRIVATE_KEY: pem, GITHUB_API_URL: 'github' }],
  ['LOG_LEVEL', 'unknown', { LOG_LEVEL: 'verbose' }],
])('a bad %s (%s) stops the start in one line that names it and holds no secret', (name, _, env) => {
  let thrown: unknown;
  try {
    readConfig(env);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(ConfigError);
  const { message } = thrown as ConfigError;
  expect(message.startsWith(`${name}: `)).toBe(true);
  expect(message).not.toContain('\n');
  expect(message).not.toContain('hunter2');
});

test('every variable that is read is in the table of the README, and the other way round', async () => {
  const asked = new Set<string>();
  const env = new Proxy<Record<string, string>>(
    { GITHUB_APP_ID: '1', GITHUB_APP_PRIVATE_KEY: pem, PUBLIC_URL: 'http://localhost:1' },
    {
      get(target, name) {
        asked.add(String(name));
        return target[String(name)];
      },
    },
  );
  readConfig(env);
  // Read only behind a public URL.
  asked.add('DEVICELANE_EMBEDDED');
  expect([...asked].sort()).toEqual(VARIABLES.map((variable) => variable.name).sort());
});

describe('trusted roots', () => {
  const root = (name: string) => ({
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    certificateAuthorities: [{ uri: name }],
  });
  const folder = mkdtempSync(join(tmpdir(), 'devicelane-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const read = (text: string) => {
    const path = join(folder, 'trusted_root.jsonl');
    writeFileSync(path, text);
    return readConfig({ SIGSTORE_TRUSTED_ROOT: path }).trustedRoots;
  };

  test('are one a line, or one over several lines', () => {
    expect(read(`${JSON.stringify(root('a'))}\n${JSON.stringify(root('b'))}\n`)).toEqual([root('a'), root('b')]);
    expect(read(JSON.stringify(root('a'), null, 2))).toEqual([root('a')]);
  });

  test.each([
    ['nothing', ''],
    ['no JSON', 'root'],
    ['no root', '{}'],
    ['a root without authorities', JSON.stringify({ ...root('a'), certificateAuthorities: [] })],
    ['a root and a broken one', `${JSON.stringify(root('a'))}\n{"mediaType":`],
    ['a root of another form', JSON.stringify({ ...root('a'), mediaType: 'application/json' })],
  ])('a file with %s stops the start', (_, text) => {
    expect(() => read(text)).toThrow(ConfigError);
    expect(() => read(text)).toThrow(
      /^SIGSTORE_TRUSTED_ROOT: must be a file that `gh attestation trusted-root` writes$/,
    );
  });

  test('a file that is not there stops the start', () => {
    const readMissing = () => readConfig({ SIGSTORE_TRUSTED_ROOT: join(folder, 'none') });
    expect(readMissing).toThrow('SIGSTORE_TRUSTED_ROOT: cannot be read (ENOENT)');
  });
});
