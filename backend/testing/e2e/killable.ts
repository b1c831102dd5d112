/** Starts a backend that can be killed, and starts it again on what it left behind. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Strays } from '../strays.ts';
import type { DeathPoint, FromBackend, Setting, ToBackend } from './killable-messages.ts';

export type Killable = {
  url: string;
  /** Resolves when the backend knows where to die. */
  dieAt(point: DeathPoint): Promise<void>;
  /** Kills it now, with its Postgres or without. */
  kill(options: { withPostgres: boolean }): Promise<void>;
  /** Resolves once the process is gone. */
  died: Promise<void>;
  auditOf(object: string): Promise<string[]>;
  storedDigest(artifactId: string): Promise<string>;
  forget(artifactId: string): Promise<void>;
  sweepAfter(milliseconds: number): Promise<Strays>;
  /** Exports the audit log to a file. */
  exportAudit(file: string): Promise<void>;
  stop(): Promise<void>;
};

const START_TIMEOUT_MS = 60_000;

/**
 * @param fileSize bytes that no file of the process may outgrow: the disk is full where a file would
 * @throws Error when the process ends instead of serving
 */
export async function startKillable(
  env: Record<string, string>,
  setting: Setting,
  { fileSize }: { fileSize?: number } = {},
): Promise<Killable> {
  const limited = fileSize && { execPath: 'prlimit', execArgv: [`--fsize=${fileSize}`, process.execPath] };
  const child = fork(new URL('./killable-program.ts', import.meta.url), [JSON.stringify(setting)], {
    env: { ...env, PATH: process.env.PATH ?? '' },
    execArgv: [],
    ...limited,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const died = once(child, 'exit').then(() => undefined);
  const { url } = await receive(child, 'url');

  async function ask<K extends string>(message: ToBackend, key: K) {
    const answer = receive(child, key);
    child.send(message);
    return answer;
  }

  return {
    url,
    died,
    async dieAt(point) {
      await ask({ die: point }, 'armed');
    },
    async kill({ withPostgres }) {
      if (withPostgres) process.kill(await postmasterOf(env.DEVICELANE_DATA ?? ''), 'SIGKILL');
      child.kill('SIGKILL');
      await died;
    },
    async auditOf(object) {
      return (await ask({ auditOf: object }, 'codes')).codes;
    },
    async storedDigest(artifactId) {
      return (await ask({ stored: artifactId }, 'storedDigest')).storedDigest;
    },
    async forget(artifactId) {
      await ask({ forget: artifactId }, 'forgotten');
    },
    async sweepAfter(milliseconds) {
      return (await ask({ sweepAfter: milliseconds }, 'strays')).strays;
    },
    async exportAudit(file) {
      await ask({ exportAudit: file }, 'exported');
    },
    async stop() {
      child.send({ stop: true } satisfies ToBackend);
      await died;
    },
  };
}

/** The process id of the embedded Postgres on a data folder. */
export async function postmasterOf(dataFolder: string): Promise<number> {
  return Number((await readFile(join(dataFolder, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
}

type Answer<K> = Extract<FromBackend, { [P in K & string]: unknown }>;

function receive<K extends string>(child: ChildProcess, key: K): Promise<Answer<K>> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => end(new Error(`the backend did not say "${key}"`)), START_TIMEOUT_MS);
    const onMessage = (message: FromBackend): void => {
      if (key in message) end(null, message as Answer<K>);
    };
    const onExit = (code: number | null): void => end(new Error(`the backend ended with ${code} before "${key}"`));
    function end(error: Error | null, answer?: Answer<K>): void {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit);
      if (error) reject(error);
      else resolve(answer as Answer<K>);
    }
    child.on('message', onMessage).on('exit', onExit);
  });
}
