/** From the action's client to the complete artifact: a rebuilt app beside the whole file, over lines of two speeds. */
import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { openBuildFile } from '../../action/client/build-file.ts';
import { capability } from '../../action/client/exchange.ts';
import { Line } from '../../action/client/line.ts';
import { newProofKey } from '../../action/client/proof-key.ts';
import { upload } from '../../action/client/upload.ts';
import { APPS, fetchPairs } from './builds.ts';
import { figureOf } from './by-turns.ts';
import { startSlowLine } from './slow-line.ts';
import type { FromServer, ToServer } from './upload-server.ts';

const SERVER = fileURLToPath(new URL('./upload-server.ts', import.meta.url));
const WARM_UP = 3;
/** Milliseconds until a server is at rest again: it makes ready for the next file once one has been answered. */
const REST = 500;
/** On the quick line, where a difference decides about little, what else the machine does counts for more: so more rounds. */
const LINES = { '50 Mbit/s': { bits: 50e6, rounds: 5 }, '1 Gbit/s': { bits: 1e9, rounds: 15 } };

export async function uploadTime(): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'devicelane-upload-'));
  const server = await startServer();
  try {
    const lines: string[] = [];
    const apps = await fetchPairs(folder, APPS);
    for (const { later } of apps) await warmUp(server, later);
    for (const [pair, { name, earlier, later }] of apps.entries()) {
      for (const [speed, { bits, rounds }] of Object.entries(LINES)) {
        const line = await startSlowLine(server.url, bits);
        const times = { rebuilt: [] as number[], whole: [] as number[] };
        for (let round = 0; round < rounds; round++) {
          // Letters alone: builds are taken for builds of one app whatever the numbers in their names.
          const build = `${'p'.repeat(pair + 1)}-${'s'.repeat(bits === 1e9 ? 2 : 1)}-${'r'.repeat(round + 1)}.apk`;
          times.whole.push(await send(server, line.url, `first-${build}`, await unlikeAny(later, folder)));
          await send(server, server.url, build, await unlikeAny(earlier, folder));
          const copy = await unlikeAny(later, folder);
          await server.rested();
          times.rebuilt.push(await send(server, line.url, build, copy));
          await server.rested();
        }
        const [rebuilt, whole] = [figureOf('', times.rebuilt).medianMs, figureOf('', times.whole).medianMs];
        const ratio = (rebuilt / whole).toFixed(2);
        lines.push(`${name}, ${speed}: ${rebuilt.toFixed(0)} ms, whole ${whole.toFixed(0)} ms: ${ratio} of it`);
        await line.stop();
      }
    }
    return lines;
  } finally {
    await server.stop();
    await rm(folder, { recursive: true });
  }
}

/** A server has run for long before it is asked: what it runs often is compiled. */
async function warmUp(server: Server, path: string): Promise<void> {
  for (let time = 1; time <= WARM_UP; time++) {
    await send(server, server.url, `${'w'.repeat(time)}.apk`, path);
    await server.rested();
  }
}

type Server = {
  url: string;
  /** An identity token of a CI run of its own: a run has a budget. */
  mint(audience: string): Promise<string>;
  rested(): Promise<void>;
  stop(): Promise<void>;
};

async function startServer(): Promise<Server> {
  const child = fork(SERVER, { execArgv: [] });
  const { url } = await told<{ url: string }>(child);
  let runs = 5000;
  return {
    url,
    async mint(audience) {
      runs += 1;
      return (await told<{ token: string }>(child, { aud: audience, run_id: String(runs) })).token;
    },
    async rested() {
      await told<{ rested: true }>(child, 'rest');
      await sleep(REST);
    },
    async stop() {
      const ended = once(child, 'exit');
      child.send('stop' satisfies ToServer);
      await ended;
    },
  };
}

async function told<T extends FromServer>(child: ChildProcess, message?: ToServer): Promise<T> {
  const answer = once(child, 'message');
  if (message) child.send(message);
  return (await answer)[0] as T;
}

/** The same zip with a comment of its own: equal bytes would not be sent again at all. */
async function unlikeAny(path: string, folder: string): Promise<string> {
  const bytes = await readFile(path);
  const comment = randomBytes(8);
  bytes.writeUInt16LE(comment.length, bytes.length - 2);
  const copy = join(folder, 'copy.apk');
  await writeFile(copy, Buffer.concat([bytes, comment]));
  return copy;
}

/** Milliseconds until the artifact is complete. */
async function send(server: Server, through: string, name: string, path: string): Promise<number> {
  const file = await openBuildFile('app', path);
  const token = await server.mint(server.url);
  const environment = {
    fetch: (input: string | URL | Request, init?: RequestInit) =>
      fetch(String(input).replace(server.url, through), init),
    getIdToken: async () => token,
    log: { line: () => {}, warning: () => {}, startGroup: () => {}, endGroup: () => {}, mask: () => {} },
    clock: {
      now: () => performance.timeOrigin + performance.now(),
      sleep: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
    },
    random: Math.random,
    signal: new AbortController().signal,
  };
  const wire = { base: server.url, environment, line: new Line() };
  const started = performance.now();
  await upload(wire, capability(wire, newProofKey()), { ...file, name });
  const taken = performance.now() - started;
  await file.close();
  return taken;
}
