/**
 * The embedded Postgres: the real server, run by this process under the data folder.
 *
 * One left behind by a killed process is adopted: its password, known only to the data folder, proves that it is ours.
 * Another live process on the same folder shares the server, and the one that started it stops it.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, open, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { findBinaries } from './embedded-binaries.ts';
import { type Cluster, DATABASE, openCluster, ROLE } from './embedded-cluster.ts';
import { isReachable, type PostgresUser, postgresUser } from './embedded-user.ts';

export type EmbeddedPostgres = {
  /** Of the control database, as the backend's role. Holds a password: never log it. */
  url: string;
  /** The server's process id. */
  pid: number;
  /** Another live process started it, uses it too, and stops it. */
  isShared: boolean;
  stop(): Promise<void>;
};

type Options = {
  /** Durable writes. Only tests do without. */
  fsync?: boolean;
};

const START_TIMEOUT_MS = 30_000;

/** @throws Error naming DEVICELANE_DATA when Postgres's user cannot reach the folder */
export async function startEmbedded(dataFolder: string, options: Options = {}): Promise<EmbeddedPostgres> {
  const user = await postgresUser();
  await mkdir(dataFolder, { recursive: true });
  // Root's Postgres runs as another user, which must pass through; what is secret in the folder is closed by itself.
  await chmod(dataFolder, user ? 0o711 : 0o700);
  if (user && !(await isReachable(user, dataFolder))) {
    throw new Error(
      `DEVICELANE_DATA: run as root, the embedded Postgres has the user id ${user.uid}, which cannot pass through a folder above ${dataFolder}; choose a folder outside of a private home`,
    );
  }
  const binaries = await findBinaries(user, dataFolder);
  const cluster = await openCluster(dataFolder, binaries, user);
  const ownerFile = join(dataFolder, 'postgres-owner');

  const running = await findRunning(cluster);
  if (running) {
    const owner = Number(await readFile(ownerFile, 'utf8').catch(() => '0'));
    if (owner !== process.pid && isAlive(owner)) return { ...running, isShared: true, stop: async () => {} };
    await writeFile(ownerFile, String(process.pid));
    return { ...running, isShared: false, stop: () => stopServer(running.pid) };
  }

  await writeFile(ownerFile, String(process.pid));
  // A pid file whose process is gone, or is by now another program's, would keep Postgres from starting.
  await rm(join(cluster.folder, 'postmaster.pid'), { force: true });
  const started = await startServer(binaries.postgres, cluster, user, join(dataFolder, 'postgres.log'), options);
  return { ...started, isShared: false, stop: () => stopServer(started.pid) };
}

/**
 * Starts the server. It is tried again when it ends at once: the port was taken meanwhile, or sessions of a killed server
 * are still letting go of its memory.
 */
async function startServer(
  program: string,
  cluster: Cluster,
  user: PostgresUser | null,
  logFile: string,
  options: Options,
): Promise<{ url: string; pid: number }> {
  const until = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const port = await freePort();
    const settings = [
      `port=${port}`,
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
      'max_connections=300',
      ...(options.fsync === false ? ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off'] : []),
    ];
    const log = await open(logFile, 'a', 0o600);
    // A session of its own: Ctrl-C reaches this process, which drains first, and not the server.
    const child = spawn(program, ['-D', cluster.folder, ...settings.flatMap((setting) => ['-c', setting])], {
      cwd: cluster.folder,
      ...user,
      env: { LC_ALL: 'C', TZ: 'UTC' },
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    });
    child.unref();
    await log.close();
    const url = connectionUrl(cluster, port);
    if (await becomesReady(url, child, until)) return { url, pid: child.pid as number };
    if (performance.now() > until) {
      throw new Error(`the embedded Postgres did not start:\n${(await readFile(logFile, 'utf8')).slice(-2000)}`);
    }
    await sleep(200);
  }
}

function connectionUrl(cluster: Cluster, port: number): string {
  return `postgres://${ROLE}:${cluster.password}@127.0.0.1:${port}/${DATABASE}`;
}

/** A server that runs on the cluster and takes its password. */
async function findRunning(cluster: Cluster): Promise<{ url: string; pid: number } | null> {
  const lines = (await readFile(join(cluster.folder, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n');
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!pid || !port || !isAlive(pid)) return null;
  const url = connectionUrl(cluster, port);
  const until = performance.now() + START_TIMEOUT_MS;
  while (isAlive(pid) && performance.now() < until) {
    const answer = await tryConnect(url);
    if (answer === 'ready') return { url, pid };
    if (answer === 'refused') return null;
    await sleep(50);
  }
  return null;
}

/** `refused`: something else answers there, or nothing. */
async function tryConnect(url: string): Promise<'ready' | 'starting' | 'refused'> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    return 'ready';
  } catch (error) {
    // 57P03: the server is starting up or shutting down.
    return (error as { code?: string }).code === '57P03' ? 'starting' : 'refused';
  } finally {
    await client.end();
  }
}

/** Waits until the server takes connections; false when it ended instead. */
async function becomesReady(url: string, child: ChildProcess, until: number): Promise<boolean> {
  const failed = new Promise<boolean>((resolve) => child.once('error', () => resolve(true)));
  while (performance.now() < until) {
    if (child.exitCode !== null || (child.pid === undefined && (await failed))) return false;
    if ((await tryConnect(url)) === 'ready') return true;
    await sleep(20);
  }
  child.kill('SIGQUIT');
  return false;
}

/** SIGINT is Postgres's fast shutdown: it ends sessions and leaves a clean folder. */
async function stopServer(pid: number): Promise<void> {
  if (!isAlive(pid)) return;
  process.kill(pid, 'SIGINT');
  const until = performance.now() + 10_000;
  while (isAlive(pid)) {
    if (performance.now() > until) process.kill(pid, 'SIGQUIT');
    await sleep(10);
  }
}

function isAlive(pid: number): boolean {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
