/** Bytes for the upload of a rebuilt app, beside what others send for it. Every file is rebuilt, and compared. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { APPS, fetchPairs, LIBRARIES, type Pair } from './builds.ts';
import type { Upload } from './upload-one.ts';
import { PEERS, sentBy } from './upload-peers.ts';

const run = promisify(execFile);
const PROGRAM = fileURLToPath(new URL('./upload-one.ts', import.meta.url));

/** @param files pairs of an earlier and a later build; without any, published ones are fetched */
export async function upload(files: readonly string[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'devicelane-upload-'));
  try {
    const pairs = files.length > 0 ? pairsOf(files) : await fetchPairs(folder, [...APPS, ...LIBRARIES]);
    const lines: string[] = [];
    const ours: number[] = [];
    /** By the peer: what it sends for each pair. */
    const theirs = new Map<string, (number | null)[]>(Object.keys(PEERS).map((peer) => [peer, []]));
    for (const [number, pair] of pairs.entries()) {
      const { stdout } = await run(process.execPath, [PROGRAM, pair.earlier, pair.later]);
      const made = JSON.parse(stdout) as Upload;
      const percent = (bytes: number): string => `${((100 * bytes) / made.size).toFixed(3)} %`;
      lines.push(
        `${pair.name}: ${made.size} bytes; sent ${made.sent} (${percent(made.sent)}), received ${made.received}`,
        `    client ${made.clientMs.toFixed(0)} ms, server ${made.serverMs.toFixed(0)} ms${peak(made.peakBytes)}, ${made.comesBack ? 'rebuilt byte for byte' : 'NOT REBUILT'}`,
      );
      ours.push(made.sent);
      for (const [index, [peer, all]] of [...theirs].entries()) {
        const sent = await sentBy(peer, pair, join(folder, `${number}-${index}`));
        all.push(sent?.bytes ?? null);
        const told = sent
          ? `${sent.bytes} (${percent(sent.bytes)}), ${sent.ms.toFixed(0)} ms${peak(sent.peakBytes)}; ours is ${ratio(made.sent, sent.bytes)} of it`
          : 'not installed';
        lines.push(`    ${peer}: ${told}`);
      }
    }
    lines.push(`all pairs, ours: ${sum(ours)}`);
    for (const [peer, all] of theirs) {
      const sent = all.filter((bytes) => bytes !== null);
      if (sent.length < ours.length) continue;
      const ratios = sent.map((bytes, at) => (ours[at] as number) / bytes).sort((a, b) => a - b);
      const median = ratios[Math.floor(ratios.length / 2)] as number;
      lines.push(
        `all pairs, ${peer}: ${sum(sent)}, ours is ${ratio(sum(ours), sum(sent))} of it; of a pair ${median.toFixed(3)} in the median, ${(ratios.at(-1) as number).toFixed(3)} at most`,
      );
    }
    return lines;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((all, each) => all + each, 0);
const ratio = (ours: number, other: number): string => (ours / other).toFixed(3);
const peak = (bytes: number | null): string => (bytes === null ? '' : `, ${(bytes / 1e6).toFixed(0)} MB at most`);

function pairsOf(files: readonly string[]): Pair[] {
  return files.slice(1).map((later, at) => {
    const earlier = files[at] as string;
    return { name: `${basename(earlier)} → ${basename(later)}`, earlier, later };
  });
}
