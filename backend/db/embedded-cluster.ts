/** Makes the embedded Postgres's folder: a superuser that cannot log in, and one role of our own with few rights. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './embedded-binaries.ts';
import type { PostgresUser } from './embedded-user.ts';

/** The backend's role and control database, as on a managed server. */
export const ROLE = 'devicelane';
export const DATABASE = 'devicelane_control';

export type Cluster = { folder: string; password: string };

/** Runs one of Postgres's programs to its end, with text on its standard input. */
async function run(program: string, args: string[], user: PostgresUser | null, cwd: string, input = ''): Promise<void> {
  const child = spawn(program, args, {
    cwd,
    ...user,
    env: { LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-4000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  child.stdin.on('error', () => child.kill());
  child.stdin.end(input);
  const code = await new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${output}`);
}

/**
 * Makes the cluster, or finds the one that is there. It is built beside its place and renamed when whole, so that a kill
 * in between leaves nothing half made.
 */
export async function openCluster(data: string, binaries: Binaries, user: PostgresUser | null): Promise<Cluster> {
  const folder = join(data, 'postgres');
  const passwordFile = join(data, 'postgres-password');
  const existing = await readdir(folder).catch(() => null);
  if (existing) return { folder, password: await readFile(passwordFile, 'utf8') };

  for (const leftover of await readdir(data)) {
    if (leftover.startsWith('postgres-new-')) await rm(join(data, leftover), { recursive: true, force: true });
  }
  const building = join(data, `postgres-new-${process.pid}`);
  await mkdir(building, { mode: 0o700 });
  if (user) await chown(building, user.uid, user.gid);
  await run(
    binaries.initdb,
    ['-D', building, '-U', 'postgres', '-E', 'UTF8', '--no-locale', '--auth=reject', '--no-sync', '--no-instructions'],
    user,
    building,
  );
  await writeFile(join(building, 'pg_hba.conf'), 'host all all 127.0.0.1/32 scram-sha-256\n');

  const password = randomBytes(24).toString('base64url');
  await rm(passwordFile, { force: true });
  await writeFile(passwordFile, password, { mode: 0o600, flush: true });
  // Single-user mode: nothing listens yet, and the superuser never gets a password.
  await run(binaries.postgres, ['--single', '-D', building, 'postgres'], user, building, bootstrap(password));
  await chmod(building, 0o700);
  await rename(building, folder);
  return { folder, password };
}

function bootstrap(password: string): string {
  return [
    `create role ${ROLE} login nosuperuser createdb createrole password '${password}';`,
    `create database ${DATABASE} owner ${ROLE};`,
    `revoke connect, temporary on database ${DATABASE} from public;`,
    'revoke connect, temporary on database postgres from public;',
    'revoke connect, temporary on database template1 from public;',
    '',
  ].join('\n');
}
