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

const azureUrl = 'https://acme.blob.core.windows.net';
const azureClient = '6e2f9a34-5b1c-4d7e-8f90-a1b2c3d4e5f6';
/** A key has this form; the word in it is looked for in what is said. */
const azureKeyOnly = `AccountName=acme;AccountKey=hunter2${'A'.repeat(79)}==`;
const azureKey = `DefaultEndpointsProtocol=https;${azureKeyOnly};EndpointSuffix=core.windows.net`;
const azureSas = `BlobEndpoint=${azureUrl}/;SharedAccessSignature=sv=2025-05-05&sp=rwdl&sig=hunter2`;
const azureLoopback = `DefaultEndpointsProtocol=http;${azureKeyOnly};BlobEndpoint=http://127.0.0.1:10000/acme;`;
const azure = (env: Record<string, string>): Record<string, string> => ({ BLOB_URL: 'azure:dl', ...env });

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
    const blobFolder = config.blobs.kind === 'folder' ? config.blobs.path : '';
    for (const path of [blobFolder, config.rootKeyFile, config.keyringFolder]) {
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
    expect(config.blobs).toEqual({ kind: 'folder', path: expect.stringMatching(/\/blobs-elsewhere$/) });
    expect(config.port).toBe(0);
  });

  test.each<[string, Record<string, string>, object]>([
    ['a key', { AZURE_STORAGE_CONNECTION_STRING: azureKey }, { connectionString: azureKey }],
    ['a signature', { AZURE_STORAGE_CONNECTION_STRING: azureSas }, { connectionString: azureSas }],
    [
      'a key, on loopback in the clear',
      { AZURE_STORAGE_CONNECTION_STRING: azureLoopback },
      { connectionString: azureLoopback },
    ],
    ['the only identity', { AZURE_STORAGE_ACCOUNT_URL: `${azureUrl}/` }, { url: azureUrl, clientId: null }],
    [
      'one of several identities',
      { AZURE_STORAGE_ACCOUNT_URL: azureUrl, AZURE_CLIENT_ID: azureClient },
      { url: azureUrl, clientId: azureClient },
    ],
  ])('reach an Azure account by %s', (_, env, account) => {
    expect(readConfig({ BLOB_URL: 'azure:dl-prod1', ...env }).blobs).toEqual({
      kind: 'azure',
      prefix: 'dl-prod1',
      account,
    });
  });

  const monitor = 'dataCollectionRules/dcr-1/streams/Custom-Audit_CL';
  test.each([
    ['stdout', { kind: 'stdout' }],
    ['file:/var/log/audit.jsonl', { kind: 'file', path: '/var/log/audit.jsonl' }],
    [
      `azure-monitor:https://x.ingest.monitor.azure.com/${monitor}`,
      {
        kind: 'azure-monitor',
        endpoint: 'https://x.ingest.monitor.azure.com',
        ruleId: 'dcr-1',
        stream: 'Custom-Audit_CL',
      },
    ],
  ])('say where audit entries go: %s', (text, place) => {
    expect(readConfig({ AUDIT_FORWARD: text }).auditForward).toEqual(place);
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
  ['TRUSTED_PROXY_HOPS', 'a word', { TRUSTED_PROXY_HOPS: 'all' }],
  ['TRUSTED_PROXY_HOPS', 'negative', { TRUSTED_PROXY_HOPS: '-1' }],
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
  ['BLOB_URL', 'no prefix', { BLOB_URL: 'azure:', AZURE_STORAGE_ACCOUNT_URL: azureUrl }],
  ['BLOB_URL', 'a prefix that Azure does not take', { BLOB_URL: 'azure:Dl_', AZURE_STORAGE_ACCOUNT_URL: azureUrl }],
  ['BLOB_URL', 'a long prefix', { BLOB_URL: `azure:${'a'.repeat(20)}`, AZURE_STORAGE_ACCOUNT_URL: azureUrl }],
  ['AZURE_STORAGE_ACCOUNT_URL', 'missing', azure({})],
  ['AZURE_STORAGE_ACCOUNT_URL', 'http', azure({ AZURE_STORAGE_ACCOUNT_URL: 'http://127.0.0.1:10000' })],
  ['AZURE_STORAGE_ACCOUNT_URL', 'a container', azure({ AZURE_STORAGE_ACCOUNT_URL: `${azureUrl}/hunter2` })],
  ['AZURE_STORAGE_ACCOUNT_URL', 'a signature', azure({ AZURE_STORAGE_ACCOUNT_URL: `${azureUrl}?sig=hunter2` })],
  ['AZURE_STORAGE_ACCOUNT_URL', 'set beside a folder', { AZURE_STORAGE_ACCOUNT_URL: azureUrl }],
  ['AZURE_STORAGE_CONNECTION_STRING', 'set beside a folder', { AZURE_STORAGE_CONNECTION_STRING: azureKey }],
  [
    'AZURE_STORAGE_CONNECTION_STRING',
    'two ways at once',
    azure({ AZURE_STORAGE_CONNECTION_STRING: azureKey, AZURE_STORAGE_ACCOUNT_URL: azureUrl }),
  ],
  ['AZURE_STORAGE_CONNECTION_STRING', 'no pairs', azure({ AZURE_STORAGE_CONNECTION_STRING: 'hunter2' })],
  ['AZURE_STORAGE_CONNECTION_STRING', 'no endpoint', azure({ AZURE_STORAGE_CONNECTION_STRING: azureKeyOnly })],
  [
    'AZURE_STORAGE_CONNECTION_STRING',
    'no protocol',
    azure({ AZURE_STORAGE_CONNECTION_STRING: `${azureKeyOnly};EndpointSuffix=core.windows.net` }),
  ],
  [
    'AZURE_STORAGE_CONNECTION_STRING',
    'no suffix',
    azure({ AZURE_STORAGE_CONNECTION_STRING: `DefaultEndpointsProtocol=https;${azureKeyOnly}` }),
  ],
  [
    'AZURE_STORAGE_CONNECTION_STRING',
    'in the clear',
    azure({ AZURE_STORAGE_CONNECTION_STRING: azureKey.replace('https', 'http') }),
  ],
  [
    'AZURE_STORAGE_CONNECTION_STRING',
    'a signature in the clear',
    azure({ AZURE_STORAGE_CONNECTION_STRING: azureSas.replace('https', 'http') }),
  ],
  [
    'AZURE_STORAGE_CONNECTION_STRING',
    'a key of another form',
    azure({ AZURE_STORAGE_CONNECTION_STRING: azureKey.replace('AccountKey=', 'AccountKey=!') }),
  ],
  ['AZURE_CLIENT_ID', 'a name', azure({ AZURE_STORAGE_ACCOUNT_URL: azureUrl, AZURE_CLIENT_ID: 'hunter2' })],
  ['KEYS_URL', 'a bare path', { KEYS_URL: '/var/lib/key' }],
  ['KEYRING_URL', 'another scheme', { KEYRING_URL: 'http://keys.example' }],
  ['AUDIT_FORWARD', 'another place', { AUDIT_FORWARD: 'syslog:local0' }],
  ['AZURE_CLIENT_ID', 'a name, without an account', { AZURE_CLIENT_ID: 'hunter2' }],
  ['SECRET_VAULTS', 'no JSON', { SECRET_VAULTS: 'https://a.vault.azure.net' }],
  ['SECRET_VAULTS', 'no tenant', { SECRET_VAULTS: '[{"url":"https://a.vault.azure.net"}]' }],
  ['SECRET_VAULTS', 'http', { SECRET_VAULTS: '[{"tenantId":"t","url":"http://a.vault.azure.net"}]' }],
  ['SECRET_VAULTS', 'a path', { SECRET_VAULTS: '[{"tenantId":"t","url":"https://a.vault.azure.net/x"}]' }],
  ['AUDIT_FORWARD', 'no path', { AUDIT_FORWARD: 'file:' }],
  ['AUDIT_FORWARD', 'no stream', { AUDIT_FORWARD: 'azure-monitor:https://x.example/dataCollectionRules/dcr-1' }],
  ['AUDIT_FORWARD', 'http', { AUDIT_FORWARD: 'azure-monitor:http://x.example/dataCollectionRules/d/streams/s' }],
  [
    'AUDIT_FORWARD',
    'a password in a URL',
    { AUDIT_FORWARD: 'azure-monitor:https://u:p@x.example/dataCollectionRules/d/streams/s' },
  ],
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

describe('FARM_COMMANDS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'devicelane-commands-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const command = { tenantId: '00000000-0000-4000-8000-000000000000', name: 'suite', argv: ['/opt/suite'] };
  function read(commands: unknown) {
    const path = join(folder, 'commands.json');
    writeFileSync(path, typeof commands === 'string' ? commands : JSON.stringify(commands));
    return () => readConfig({ FARM_COMMANDS: path }).commands;
  }

  test('names programs of a tenant, with their bounds', () => {
    expect(read([{ ...command, timeoutMinutes: 5, env: ['STAGE', 'TEST_*'] }])()).toEqual([
      expect.objectContaining({ name: 'suite', maxTimeoutMs: 300_000, parallelJobs: 1, frameworks: ['command'] }),
    ]);
    expect(readConfig({}).commands).toEqual([]);
  });

  test.each<[string, unknown, RegExp]>([
    ['no JSON', '{', /FARM_COMMANDS: the file/],
    ['no program', [{ ...command, argv: [] }], /0\.argv/],
    ['no tenant', [{ name: 'x', argv: ['y'] }], /0\.tenantId/],
    ['a result outside', [{ ...command, results: ['../../etc/*'] }], /0\.results/],
    ['an absolute file', [{ ...command, evidence: ['/etc/passwd'] }], /0\.evidence/],
    ['PATH', [{ ...command, env: ['PATH'] }], /must not set PATH/],
    ['LD_*', [{ ...command, env: ['LD_*'] }], /must not set LD_\*/],
    ['every variable', [{ ...command, env: ['*'] }], /0\.env/],
    ['an unknown key', [{ ...command, shell: true }], /Unrecognized key/],
  ])('refuses %s', (_, commands, message) => {
    expect(read(commands)).toThrow(message);
  });

  test('that is not there stops the start', () => {
    expect(() => readConfig({ FARM_COMMANDS: join(folder, 'none') })).toThrow(/cannot be read \(ENOENT\)/);
  });
});

describe('FARM_DEVICES', () => {
  const folder = mkdtempSync(join(tmpdir(), 'devicelane-devices-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const desk = {
    tenantId: '00000000-0000-4000-8000-000000000000',
    name: 'desk',
    serials: ['R58M1234', '10.0.0.5:5555'],
  };
  function read(devices: unknown) {
    const path = join(folder, 'devices.json');
    writeFileSync(path, JSON.stringify(devices));
    return () => readConfig({ FARM_DEVICES: path }).devices;
  }

  test('lends devices to a tenant', () => {
    expect(read([desk])()).toEqual([{ ...desk, adb: '/usr/bin/adb', port: 5037 }]);
  });

  test.each<[string, unknown, RegExp]>([
    ['a device that is lent twice', [desk, { ...desk, name: 'other' }], /lends R58M1234 twice/],
    ['a serial that is an option', [{ ...desk, serials: ['-s x'] }], /0\.serials/],
    ['an adb that is looked up', [{ ...desk, adb: 'adb' }], /0\.adb/],
    ['no device', [{ ...desk, serials: [] }], /0\.serials/],
  ])('refuses %s', (_, devices, message) => {
    expect(read(devices)).toThrow(message);
  });
});
