/** Joins the concrete doors to the rooms: the only file that names both. */
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { getRequestListener } from '@hono/node-server';
import { sql } from 'kysely';
import pino, { type Logger } from 'pino';
import { keepThreadReady } from './apk/reading-threads.ts';
import type { AttestationVerifier } from './attestations/port.ts';
import { openSigstore } from './attestations/sigstore.ts';
import { isForwarded } from './audit/forward-entries.ts';
import { isSettled } from './audit/log-state.ts';
import { openBlobFolder } from './blobs/folder.ts';
import type { Blobs } from './blobs/port.ts';
import { createGithub, createGithubProofs } from './codehosts/github.ts';
import { createGithubWebhook } from './codehosts/github-webhook.ts';
import { createNoCodeHost } from './codehosts/none.ts';
import type { AccessProofs } from './codehosts/port.ts';
import { type AuditForward, type Config, ConfigError } from './config.ts';
import { openDatabases } from './db/databases.ts';
import { type EmbeddedPostgres, startEmbedded } from './db/embedded.ts';
import { createOutboxes } from './db/outboxes.ts';
import { createCommandFarm } from './farms/command/adapter.ts';
import { commandOf } from './farms/command/settings.ts';
import { createFarmDirectory, type FarmKinds } from './farms/directory.ts';
import { createOwnDevices } from './farms/own-devices/adapter.ts';
import { ownDeviceSettings } from './farms/own-devices/settings.ts';
import { createApp } from './http/app.ts';
import { createRateLimits, DEFAULT_RATES, type Rates } from './http/rate-limits.ts';
import { isTold } from './integrations/send-checkpoints.ts';
import { createKeyring } from './keys/keyring.ts';
import { openKeyringFolder } from './keys/keyring-folder.ts';
import { openFileRootKey } from './keys/root-file.ts';
import { createOutgoing } from './outgoing/public-only.ts';
import { openQueue } from './queue/pg-boss.ts';
import { startRelay } from './queue/relay.ts';
import { createFileSink, createStdoutSink } from './sinks/json-lines.ts';
import type { AuditSink } from './sinks/port.ts';
import { createTenantContexts, type Doors, type OnTransaction, type TenantContexts } from './tenant-contexts.ts';
import { resumeTenants } from './tenants/create.ts';
import { createIssuers } from './tokens/issuers.ts';
import { createNoVault } from './vaults/none.ts';
import { createHttpsWebhooks } from './webhooks/https-webhooks.ts';
import { startForwarder } from './worker/forward.ts';
import { startPublisher } from './worker/publish.ts';
import { startSchedule } from './worker/schedule.ts';
import { startSequencer } from './worker/sequence.ts';
import { work } from './worker/work.ts';

export type OpenDoors = {
  doors: Doors;
  contexts: TenantContexts;
  /** No other process can be at work on these doors. */
  isSole: boolean;
  /** Removes what a kill left half done in the stores. */
  tidy(now: Date): Promise<unknown>;
  close(): Promise<void>;
};

export type Backend = OpenDoors & { url: string; stop(): Promise<void> };

type Options = {
  /** Durable writes of the embedded database. Only tests do without. */
  fsync?: boolean;
  now?: () => Date;
  log?: Logger;
  /** Kinds of farms beside those of this server. */
  farms?: FarmKinds;
  /** How often an address and a token may ask, where a test wants other rates. */
  rates?: Rates;
  /** Only tests of crashes have one. */
  onTransaction?: OnTransaction;
};

/** Secrets never reach a log line by their name, and the serializers print no request. */
export function createLog(level: string): Logger {
  return pino({
    level,
    redact: ['*.authorization', '*.token', '*.password', '*.privateKey', '*.connectionString', 'cause.headers'],
    serializers: { err: pino.stdSerializers.err, cause: pino.stdSerializers.err },
  });
}

/** Opens what the server and the operator's commands both need. */
export async function openDoors(config: Config, publicUrl: string, options: Options = {}): Promise<OpenDoors> {
  const log = options.log ?? createLog(config.logLevel);
  const now = options.now ?? (() => new Date());
  const attestations = openAttestations(config);
  const outgoing = createOutgoing({ openHosts: config.outgoingHosts });
  let embedded: EmbeddedPostgres | null = null;
  if (config.databaseUrl === null) {
    embedded = await startEmbedded(config.dataFolder, options.fsync === false ? { fsync: false } : {});
  }
  try {
    const databases = await openDatabases(embedded?.url ?? config.databaseUrl!);
    const root = await openFileRootKey(config.rootKeyFile);
    const keyring = createKeyring({ root, store: await openKeyringFolder(config.keyringFolder) });
    const { blobs, tidy } = await openBlobs(config);
    const doors: Doors = {
      databases,
      keyring,
      blobs,
      farms: (tenantId) => createFarmDirectory(outgoing, { ...openLocalFarms(config, tenantId), ...options.farms }),
      attestations,
      vault: await openVaults(config),
      webhooks: createHttpsWebhooks(outgoing),
      codeHosts: config.githubApp ? createGithub({ ...config.githubApp, now }) : createNoCodeHost(),
      now,
      publicUrl,
      log,
      onCommit: () => {},
      ...(options.onTransaction ? { onTransaction: options.onTransaction } : {}),
    };
    return {
      doors,
      contexts: createTenantContexts(doors),
      isSole: embedded !== null && !embedded.isShared,
      tidy,
      async close() {
        await databases.close();
        await embedded?.stop();
      },
    };
  } catch (error) {
    await embedded?.stop();
    throw error;
  }
}

/** Programs and devices of this machine, for the tenants that the operator names. */
function openLocalFarms({ commands, devices, dataFolder }: Config, tenantId: string): FarmKinds {
  const own = <T extends { tenantId: string }>(all: readonly T[]): T[] =>
    all.filter((each) => each.tenantId === tenantId);
  const [programs, lent] = [own(commands), own(devices)];
  const command: FarmKinds = {
    command: (settings) => createCommandFarm(commandOf(settings, programs), join(dataFolder, 'farm-jobs')),
  };
  const home = join(dataFolder, 'adb');
  const own_devices: FarmKinds = {
    own_devices: (settings) => createOwnDevices(ownDeviceSettings(settings, lent), { home }),
  };
  return { ...(programs.length > 0 ? command : {}), ...(lent.length > 0 ? own_devices : {}) };
}

function openAttestations({ trustedRoots }: Config): AttestationVerifier {
  try {
    return openSigstore(trustedRoots);
  } catch {
    throw new ConfigError('SIGSTORE_TRUSTED_ROOT', 'holds a certificate or key that cannot be read');
  }
}

/** By tenant. Azure's client is loaded only where a vault is open to one. */
async function openVaults({ secretVaults, azureClientId }: Config): Promise<Doors['vault']> {
  if (secretVaults.length === 0) return createNoVault;
  const { createAzureKeyVault } = await import('./vaults/azure-key-vault.ts');
  const { managedIdentity } = await import('./blobs/azure-identity.ts');
  const credential = managedIdentity(azureClientId);
  return (tenantId) => {
    const vaults = secretVaults.filter((each) => each.tenantId === tenantId).map(({ url }) => url);
    return createAzureKeyVault({ vaults, credential });
  };
}

/** Azure's client is loaded only where it is wanted: it costs a fifth of a second, and a server without it starts in one. */
async function openBlobs({ blobs }: Config): Promise<{ blobs: Blobs; tidy: OpenDoors['tidy'] }> {
  if (blobs.kind === 'folder') {
    const folder = await openBlobFolder(blobs.path);
    return { blobs: folder, tidy: folder.removeStale };
  }
  const { openAzureBlobs } = await import('./blobs/azure.ts');
  // Azure drops blocks that were never made a blob by itself, after a week.
  return { blobs: await openAzureBlobs(blobs), tidy: async () => {} };
}

/** The App is of one GitHub: the issuer that says the same, or the first. */
function openAccessProofs({ githubApp, githubSignIn, issuers }: Config, now: () => Date): AccessProofs | null {
  if (!githubApp || !githubSignIn) return null;
  const { apiUrl } = githubApp;
  const ofGithub = issuers.filter(({ kind }) => kind === 'github');
  const issuer = (ofGithub.find((each) => each.apiUrl === apiUrl) ?? ofGithub[0])?.issuer;
  return issuer === undefined ? null : createGithubProofs({ ...githubSignIn, apiUrl, issuer, now });
}

function openGithubWebhook({ githubApp, githubWebhook }: Config, now: () => Date) {
  if (!githubApp || !githubWebhook) return null;
  return { ...createGithubWebhook({ ...githubWebhook, now }), appId: githubApp.appId };
}

/** Starts the server: it answers over HTTP and works on tasks until it is stopped. */
export async function startBackend(config: Config, options: Options = {}): Promise<Backend> {
  let listener: ReturnType<typeof getRequestListener> | null = null;
  const server = createServer((request, response) => {
    if (listener) void listener(request, response);
    else response.writeHead(503, { 'retry-after': '1' }).end();
  });
  const url = config.publicUrl ?? (await listen(server, config));
  const opened = await openDoors(config, url, options).catch((error) => {
    server.close();
    throw error;
  });
  const { doors, contexts } = opened;
  const { databases, log } = doors;
  const onError = (error: unknown): void => log.error({ err: error }, 'background work failed');

  await resumeTenants(doors);
  const queue = await openQueue({
    connectionString: databases.controlUrl,
    sole: opened.isSole,
    now: doors.now,
    onError,
  });
  const openTenant = async (tenantId: string) => {
    const ctx = await contexts.open({ id: tenantId }, { kind: 'worker' }, 'relay');
    if (!ctx) throw new Error('a tenant with a pending mark is not active');
    return ctx.db;
  };
  const sink = config.auditForward && (await openSink(config.auditForward, config.azureClientId));
  const outboxes = createOutboxes(
    databases.control,
    openTenant,
    async (db) => (await isSettled(db)) && (await isTold(db)) && (!sink || (await isForwarded(db, sink))),
  );
  const relay = startRelay(outboxes, queue, onError);
  const rounds = {
    pendingTenants: outboxes.pendingTenants,
    openTenant: (id: string) => contexts.open({ id }, { kind: 'worker' }, 'sequencer'),
    onError,
  };
  const sequencer = startSequencer(rounds);
  const publisher = startPublisher(rounds);
  const forwarder = sink && startForwarder(rounds, sink);
  doors.onCommit = relay.nudge;
  await queue.work((message) =>
    work(contexts.system(`task-${message.task}`), message).catch((error) => {
      log.warn({ task: message.task, err: error }, 'task failed, and will be tried again');
      throw error;
    }),
  );
  const schedule = startSchedule({ control: databases.control, queue, now: doors.now, tidy: opened.tidy, onError });

  const deps = {
    system: (requestId: string) => contexts.system(requestId),
    issuers: createIssuers(config.issuers, () => doors.now().getTime()),
    githubWebhook: openGithubWebhook(config, doors.now),
    accessProofs: openAccessProofs(config, doors.now),
    publicUrl: url,
    limits: createRateLimits(options.rates ?? DEFAULT_RATES, config.trustedProxyHops, () => performance.now()),
    ping: async () => {
      await sql`select 1`.execute(databases.control);
    },
  };
  listener = getRequestListener(createApp(deps, log).fetch);
  if (!server.listening) await listen(server, config);
  const reading = keepThreadReady();
  log.info({ url }, 'serving');

  return {
    ...opened,
    url,
    async stop() {
      // First nothing new comes in, then what is at work ends, then the doors close.
      server.close();
      server.closeIdleConnections();
      schedule.stop();
      await queue.stop();
      await relay.stop();
      await sequencer.stop();
      await publisher.stop();
      await forwarder?.stop();
      await reading.stop();
      server.closeAllConnections();
      await opened.close();
    },
  };
}

async function openSink(to: AuditForward, azureClientId: string | null): Promise<AuditSink> {
  if (to.kind === 'stdout') return createStdoutSink();
  if (to.kind === 'file') return createFileSink(to.path);
  // Azure's clients are large, and few servers want them.
  const { createAzureMonitor } = await import('./sinks/azure-monitor.ts');
  const { managedIdentity } = await import('./blobs/azure-identity.ts');
  return createAzureMonitor(to, managedIdentity(azureClientId));
}

/** Starts to listen. Returns the URL, with the port that was given where any was asked for. */
async function listen(server: Server, config: Config): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(config.port, config.host, resolve);
  });
  const { port } = server.address() as { port: number };
  const host = config.host.includes(':') ? `[${config.host}]` : config.host;
  return `http://${host}:${port}`;
}
