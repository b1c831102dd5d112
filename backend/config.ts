/** The configuration: the only reader of the environment. A bad or contradicting value stops the start, naming it. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import * as z from 'zod';
import { type BlobStore, parseBlobStore, parseClientId } from './config-blobs.ts';

import { type GithubConfig, parseGithub } from './config-github.ts';
import { type CommandConfig, type DevicesConfig, readCommands, readDevices } from './config-local-farms.ts';
import { ConfigError, type Env, fileUrl, isLoopback, parseJson, parseUrl, requireJson } from './config-values.ts';
import { type OpenVault, parseSecretVaults } from './config-vaults.ts';
import type { IssuerConfig } from './tokens/issuers.ts';

export { ConfigError };

export type Config = GithubConfig & {
  dataFolder: string;
  port: number;
  host: string;
  /** Without a trailing slash; null: from where the server listens. */
  publicUrl: string | null;
  /** Proxies before this server, each of which adds the address that it saw to X-Forwarded-For. */
  trustedProxyHops: number;
  /** null: the embedded Postgres. Holds a password: never log it. */
  databaseUrl: string | null;
  blobs: BlobStore;
  rootKeyFile: string;
  keyringFolder: string;
  issuers: IssuerConfig[];
  /** Sigstore's trusted roots in their JSON form; null: the public-good instance. */
  trustedRoots: unknown[] | null;
  /** null: audit entries are forwarded nowhere. */
  auditForward: AuditForward | null;
  /** Azure Key Vaults that projects of a tenant may name, by their addresses. */
  secretVaults: OpenVault[];
  /** Which identity of this machine Azure is asked as; null: the only one. */
  azureClientId: string | null;
  /** Hosts of this network, `host` or `host:port`, that farms and webhooks may be at beside public https addresses; `*.example.com` for all of a domain. */
  outgoingHosts: string[];
  /** Programs of this machine that runs of a tenant may start. */
  commands: CommandConfig[];
  /** Devices that adb reaches from this machine. */
  devices: DevicesConfig[];
  logLevel: string;
};

export type AuditForward =
  | { kind: 'stdout' }
  | { kind: 'file'; path: string }
  | { kind: 'azure-monitor'; endpoint: string; ruleId: string; stream: string };

const IssuerList = z
  .array(z.strictObject({ issuer: z.url(), kind: z.enum(['github', 'gitlab']), apiUrl: z.url().optional() }))
  .min(1);

const DEFAULT_ISSUERS: IssuerConfig[] = [
  { issuer: 'https://token.actions.githubusercontent.com', kind: 'github' },
  { issuer: 'https://gitlab.com', kind: 'gitlab' },
];

const TrustedRoot = z.looseObject({
  mediaType: z.string().startsWith('application/vnd.dev.sigstore.trustedroot'),
  certificateAuthorities: z.array(z.unknown()).min(1),
});

/** What each variable means, for the README's table; in the order of `contract.md`. */
export const VARIABLES: readonly { name: string; fallback: string; meaning: string }[] = [
  { name: 'DEVICELANE_DATA', fallback: '`.devicelane`', meaning: 'folder of the embedded defaults' },
  { name: 'PORT', fallback: '`4680`', meaning: 'where it listens; `0`: any free port' },
  { name: 'HOST', fallback: '`127.0.0.1`', meaning: 'the address that it listens on' },
  { name: 'PUBLIC_URL', fallback: 'from the above', meaning: 'its URL in links, the OIDC audience, the DPoP `htu`' },
  {
    name: 'TRUSTED_PROXY_HOPS',
    fallback: '`0`',
    meaning: 'proxies before it that add to `X-Forwarded-For`; `0`: the connection tells the address',
  },
  { name: 'DATABASE_URL', fallback: 'embedded Postgres', meaning: "control database; tenants' databases beside it" },
  {
    name: 'BLOB_URL',
    fallback: '`file:` in the data folder',
    meaning: '`file:PATH`, or `azure:CONTAINER-PREFIX` with one of the next two',
  },
  {
    name: 'AZURE_STORAGE_ACCOUNT_URL',
    fallback: '',
    meaning: '`https://ACCOUNT.blob.core.windows.net`, reached as the managed or workload identity of this machine',
  },
  {
    name: 'AZURE_STORAGE_CONNECTION_STRING',
    fallback: '',
    meaning: 'reaches the storage account by a key or a shared access signature',
  },
  { name: 'AZURE_CLIENT_ID', fallback: 'the only one', meaning: 'which identity, where this machine has several' },
  { name: 'KEYS_URL', fallback: '`file:` in the data folder', meaning: 'root key: `file:PATH`' },
  {
    name: 'KEYRING_URL',
    fallback: '`file:` in the data folder',
    meaning: '`file:PATH`: where all wrapped keys are kept, apart from every other backup',
  },
  { name: 'OIDC_ISSUERS', fallback: 'GitHub and GitLab.com', meaning: 'JSON list `{ issuer, kind, apiUrl? }`' },
  { name: 'GITHUB_APP_ID', fallback: '', meaning: "the backend's own GitHub App" },
  { name: 'GITHUB_APP_PRIVATE_KEY', fallback: '', meaning: 'its private key, PEM' },
  {
    name: 'GITHUB_APP_CLIENT_ID',
    fallback: '',
    meaning: 'its client ID: admins prove with it that they run a repository',
  },
  {
    name: 'GITHUB_APP_CLIENT_SECRET',
    fallback: '',
    meaning: 'a client secret of it; its callback is `PUBLIC_URL/connect/github`',
  },
  { name: 'GITHUB_WEBHOOK_SECRET', fallback: '', meaning: 'what GitHub signs events with; unset: none are taken' },
  {
    name: 'GITHUB_WEBHOOK_PREVIOUS',
    fallback: '',
    meaning: 'JSON `{ secret, until }`: the secret before, and the time until which it counts too',
  },
  { name: 'GITHUB_API_URL', fallback: '`https://api.github.com`', meaning: 'where that GitHub is' },
  {
    name: 'SIGSTORE_TRUSTED_ROOT',
    fallback: 'the public-good instance',
    meaning: 'file of `gh attestation trusted-root`: who is believed that a build was attested',
  },
  {
    name: 'DEVICELANE_EMBEDDED',
    fallback: '',
    meaning: '`allow`: embedded database and file root key behind a public URL',
  },
  {
    name: 'AUDIT_FORWARD',
    fallback: '',
    meaning:
      'forwards audit entries as JSON lines to `stdout` or `file:PATH`, or to `azure-monitor:https://ENDPOINT/dataCollectionRules/RULE/streams/STREAM` with managed identity',
  },
  {
    name: 'SECRET_VAULTS',
    fallback: '',
    meaning:
      'JSON list `{ tenantId, url }`: Azure Key Vaults that projects of a tenant may take secrets from, read as the managed identity of this machine',
  },
  {
    name: 'OUTGOING_HOSTS',
    fallback: '',
    meaning:
      'hosts of your own network, with commas between, that farms and webhooks may be at beside public https addresses; `*.example.com` for all of a domain',
  },
  {
    name: 'FARM_COMMANDS',
    fallback: '',
    meaning:
      'file with a JSON list of programs of this machine that runs of a tenant may start, as farms of the kind `command`',
  },
  {
    name: 'FARM_DEVICES',
    fallback: '',
    meaning:
      'file with a JSON list of devices that adb reaches from this machine and a tenant may use, as farms of the kind `own_devices`',
  },
  { name: 'LOG_LEVEL', fallback: '`info`', meaning: 'JSON lines on standard output' },
];

/** @throws ConfigError */
export function readConfig(env: Env): Config {
  const dataFolder = resolve(env.DEVICELANE_DATA || '.devicelane');
  const publicUrl = env.PUBLIC_URL ? parseUrl('PUBLIC_URL', env.PUBLIC_URL) : null;
  const databaseUrl = env.DATABASE_URL || null;
  // It holds a password, so what it is stays unsaid.
  if (databaseUrl && !(/^postgres(ql)?:\/\//.test(databaseUrl) && URL.canParse(databaseUrl))) {
    throw new ConfigError('DATABASE_URL', 'must be a URL that begins with postgres://');
  }
  if (env.DEVICELANE_EMBEDDED && env.DEVICELANE_EMBEDDED !== 'allow') {
    throw new ConfigError('DEVICELANE_EMBEDDED', 'must be `allow` or unset');
  }
  const isPublic = publicUrl !== null && !isLoopback(new URL(publicUrl));
  if (isPublic && env.DEVICELANE_EMBEDDED !== 'allow') {
    if (!databaseUrl) {
      throw new ConfigError(
        'DATABASE_URL',
        `must be set behind the public URL ${publicUrl}, or DEVICELANE_EMBEDDED=allow`,
      );
    }
    throw new ConfigError('KEYS_URL', `a root key in a file behind a public URL needs DEVICELANE_EMBEDDED=allow`);
  }
  if (isPublic && !publicUrl.startsWith('https:'))
    throw new ConfigError('PUBLIC_URL', 'must be https, loopback excepted');
  return {
    dataFolder,
    port: parsePort(env.PORT ?? '4680'),
    host: env.HOST || '127.0.0.1',
    publicUrl,
    trustedProxyHops: parseHops(env.TRUSTED_PROXY_HOPS || '0'),
    databaseUrl,
    blobs: parseBlobStore(env, dataFolder),
    rootKeyFile: fileUrl('KEYS_URL', env.KEYS_URL) ?? resolve(dataFolder, 'root-key'),
    keyringFolder: fileUrl('KEYRING_URL', env.KEYRING_URL) ?? resolve(dataFolder, 'keyring'),
    issuers: parseIssuers(env.OIDC_ISSUERS),
    ...parseGithub(env),
    trustedRoots: readTrustedRoots(env.SIGSTORE_TRUSTED_ROOT),
    auditForward: parseAuditForward(env.AUDIT_FORWARD),
    secretVaults: parseSecretVaults(env.SECRET_VAULTS),
    azureClientId: parseClientId(env),
    outgoingHosts: parseHosts(env.OUTGOING_HOSTS),
    commands: readCommands(env),
    devices: readDevices(env),
    logLevel: parseLevel(env.LOG_LEVEL || 'info'),
  };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535)
    throw new ConfigError('PORT', `"${text}" is not a port from 0 to 65535`);
  return port;
}

function parseHops(text: string): number {
  if (!/^\d$/.test(text)) throw new ConfigError('TRUSTED_PROXY_HOPS', `"${text}" is not a number from 0 to 9`);
  return Number(text);
}

function parseAuditForward(text: string | undefined): AuditForward | null {
  if (!text) return null;
  if (text === 'stdout') return { kind: 'stdout' };
  if (/^file:./.test(text)) return { kind: 'file', path: resolve(text.slice('file:'.length)) };
  const parts = /^azure-monitor:(https:\/\/[^/?#@\s]+)\/dataCollectionRules\/([\w-]+)\/streams\/([\w-]+)$/.exec(text);
  const [, endpoint = '', ruleId = '', stream = ''] = parts ?? [];
  if (!URL.canParse(endpoint)) {
    const forms = 'stdout, file:PATH, or azure-monitor:https://ENDPOINT/dataCollectionRules/RULE/streams/STREAM';
    throw new ConfigError('AUDIT_FORWARD', `must be ${forms}`);
  }
  const url = new URL(endpoint);
  if (url.protocol !== 'https:' && !isLoopback(url))
    throw new ConfigError('AUDIT_FORWARD', `${endpoint} must be https`);
  return { kind: 'azure-monitor', endpoint, ruleId, stream };
}

function parseIssuers(text: string | undefined): IssuerConfig[] {
  if (!text) return DEFAULT_ISSUERS;
  const parsed = IssuerList.safeParse(requireJson('OIDC_ISSUERS', text));
  if (!parsed.success) {
    throw new ConfigError('OIDC_ISSUERS', 'must be a JSON list of { "issuer": URL, "kind": "github" or "gitlab" }');
  }
  for (const [index, { issuer }] of parsed.data.entries()) {
    if (parsed.data.findIndex((other) => other.issuer === issuer) !== index) {
      throw new ConfigError('OIDC_ISSUERS', `names ${issuer} twice`);
    }
    const url = new URL(issuer);
    if (url.protocol !== 'https:' && !isLoopback(url)) throw new ConfigError('OIDC_ISSUERS', `${issuer} must be https`);
  }
  return parsed.data;
}

/** One root, or one a line: private repositories have another than public ones. */
function readTrustedRoots(path: string | undefined): unknown[] | null {
  if (!path) return null;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ConfigError('SIGSTORE_TRUSTED_ROOT', `cannot be read (${(cause as NodeJS.ErrnoException).code})`);
  }
  const roots = parseJson(text) ?? text.split('\n').flatMap((line) => (line.trim() ? [parseJson(line)] : []));
  const parsed = z.array(TrustedRoot).min(1).safeParse([roots].flat());
  if (parsed.success) return parsed.data;
  throw new ConfigError('SIGSTORE_TRUSTED_ROOT', 'must be a file that `gh attestation trusted-root` writes');
}

function parseHosts(text: string | undefined): string[] {
  const hosts = (text ?? '').split(',').flatMap((each) => each.trim().toLowerCase() || []);
  const wrong = hosts.find((each) => !/^(\*(\.[\w-]+){2,}|(\[[0-9a-f:]+\]|[\w.-]+)(:\d{1,5})?)$/.test(each));
  if (wrong !== undefined)
    throw new ConfigError('OUTGOING_HOSTS', `"${wrong}" is neither HOST nor HOST:PORT nor *.DOMAIN`);
  return hosts;
}

function parseLevel(text: string): string {
  const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'];
  if (!levels.includes(text)) throw new ConfigError('LOG_LEVEL', `"${text}" is none of ${levels.join(', ')}`);
  return text;
}
