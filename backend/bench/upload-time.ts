/** From the action's client to the complete artifact: a rebuilt app beside the whole file, over lines of two speeds. */

import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBuildFile } from '../../action/client/build-file.ts';
import { capability } from '../../action/client/exchange.ts';
import { Line } from '../../action/client/line.ts';
import { newProofKey } from '../../action/client/proof-key.ts';
import { upload } from '../../action/client/upload.ts';
import { tasksDone } from '../testing/kept.ts';
import { startWorld, type World } from '../testing/world.ts';
import { fetchPairs } from './builds.ts';
import { figureOf } from './by-turns.ts';
import { startSlowLine } from './slow-line.ts';

const ROUNDS = 5;
/** Milliseconds until a server is at rest again: it makes ready for the next file once one has been answered. */
const REST = 500;
const LINES = { '50 Mbit/s': 50e6, '1 Gbit/s': 1e9 };

export async function uploadTime(): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'devicelane-upload-'));
  const world = await startWorld({ fsync: true });
  try {
    const lines: string[] = [];
    const rested = () => tasksDone(world).then(() => sleep(REST));
    for (const [pair, { name, earlier, later }] of (await fetchPairs(folder)).entries()) {
      for (const [speed, bits] of Object.entries(LINES)) {
        const line = await startSlowLine(world.backend.url, bits);
        const times = { rebuilt: [] as number[], whole: [] as number[] };
        for (let round = 0; round < ROUNDS; round++) {
          // Letters alone: builds are taken for builds of one app whatever the numbers in their names.
          const build = `${'p'.repeat(pair + 1)}-${'s'.repeat(bits === 1e9 ? 2 : 1)}-${'r'.repeat(round + 1)}.apk`;
          times.whole.push(await send(world, line.url, `first-${build}`, await unlikeAny(later, folder)));
          await send(world, world.backend.url, build, await unlikeAny(earlier, folder));
          const copy = await unlikeAny(later, folder);
          await rested();
          times.rebuilt.push(await send(world, line.url, build, copy));
          await rested();
        }
        const [rebuilt, whole] = [figureOf('', times.rebuilt).medianMs, figureOf('', times.whole).medianMs];
        const ratio = (rebuilt / whole).toFixed(2);
        lines.push(`${name}, ${speed}: ${rebuilt.toFixed(0)} ms, whole ${whole.toFixed(0)} ms: ${ratio} of it`);
        await line.stop();
      }
    }
    return lines;
  } finally {
    await world.stop();
    await rm(folder, { recursive: true });
  }
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

/** Each upload is of a CI run of its own: a run has a budget. */
let runs = 5000;

/** Milliseconds until the artifact is complete. */
async function send(world: World, through: string, name: string, path: string): Promise<number> {
  const file = await openBuildFile('app', path);
  const environment = {
    fetch: (input: string | URL | Request, init?: RequestInit) =>
      fetch(String(input).replace(world.backend.url, through), init),
    getIdToken: (audience: string) => world.oidc.mint({ aud: audience, run_id: String(++runs) }),
    log: { line: () => {}, warning: () => {}, startGroup: () => {}, endGroup: () => {}, mask: () => {} },
    clock: {
      now: () => performance.timeOrigin + performance.now(),
      sleep: (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds)),
    },
    random: Math.random,
    signal: new AbortController().signal,
  };
  const wire = { base: world.backend.url, environment, line: new Line() };
  const started = performance.now();
  await upload(wire, capability(wire, newProofKey()), { ...file, name });
  const taken = performance.now() - started;
  await file.close();
  return taken;
}
