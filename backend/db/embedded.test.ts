import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { makeDataFolder } from '../testing/data-folder.ts';
import { type EmbeddedPostgres, startEmbedded } from './embedded.ts';

let folder: string;
const children: ChildProcess[] = [];
const servers: EmbeddedPostgres[] = [];
beforeEach(async () => {
  folder = await makeDataFolder();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  for (const server of servers.splice(0)) await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function startHere(options = { fsync: false }): Promise<EmbeddedPostgres> {
  const server = await startEmbedded(folder, options);
  servers.push(server);
  return server;
}

/** Starts one in another process, which stays until it is told to stop or killed. */
async function startElsewhere() {
  const program = `
    import { startEmbedded } from ${JSON.stringify(new URL('./embedded.ts', import.meta.url).href)};
    const server = await startEmbedded(${JSON.stringify(folder)}, { fsync: false });
    process.stdin.once('data', async () => { await server.stop(); process.exit(0); });
    process.stdout.write(JSON.stringify({ pid: server.pid, isShared: server.isShared }));
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const gone = once(child, 'exit');
  const [answer] = await once(child.stdout, 'data');
  const { pid, isShared } = JSON.parse(String(answer)) as { pid: number; isShared: boolean };
  return {
    pid,
    isShared,
    async kill() {
      child.kill('SIGKILL');
      await gone;
    },
    async stop() {
      child.stdin.write('stop');
      await gone;
    },
  };
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('the embedded Postgres', () => {
  test('left behind by a killed process is adopted, with what it holds, and stopped', async () => {
    const first = await startElsewhere();
    expect(first.isShared).toBe(false);
    await first.kill();
    expect(isAlive(first.pid)).toBe(true);
    const adopted = await startHere();
    expect(adopted).toMatchObject({ pid: first.pid, isShared: false });
    expect(await query(adopted.url, 'select current_database() as name')).toEqual([{ name: 'devicelane_control' }]);
    await adopted.stop();
    expect(isAlive(first.pid)).toBe(false);
  });

  test('that was killed too comes back with what was committed', async () => {
    const server = await startHere({ fsync: true });
    await query(server.url, 'create table kept as select 1 as one');
    process.kill(server.pid, 'SIGKILL');
    const again = await startHere();
    expect(again.pid).not.toBe(server.pid);
    expect(await query(again.url, 'select one from kept')).toEqual([{ one: 1 }]);
  });

  test('is shared by two processes on one folder, and stopped by the one that started it', async () => {
    const server = await startHere();
    const other = await startElsewhere();
    expect(other).toMatchObject({ pid: server.pid, isShared: true });
    await other.stop();
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await server.stop();
    expect(isAlive(server.pid)).toBe(false);
  });

  test('takes nobody but its own role, and only with the password', async () => {
    const { url } = await startHere();
    const roles = await query(url, "select rolname from pg_roles where rolcanlogin and rolname <> 'postgres'");
    expect(roles).toEqual([{ rolname: 'devicelane' }]);
    const asSuperuser = new URL(url);
    asSuperuser.username = 'postgres';
    const guessed = new URL(url);
    guessed.password = 'wrong';
    for (const { href } of [asSuperuser, guessed]) {
      await expect(query(href, 'select 1')).rejects.toMatchObject({ code: '28P01' });
    }
  });
});
