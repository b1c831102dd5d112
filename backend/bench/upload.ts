/** Bytes for the upload of a rebuilt app, beside what others send for it. Every file is rebuilt, and compared. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { differenceTo, rebuiltBy, signed } from '../testing/differences.ts';
import { fetchPairs, type Pair } from './builds.ts';
import { PEERS, sentBy } from './upload-peers.ts';

type Measured = { sent: number; received: number; clientMs: number; serverMs: number; comesBack: boolean };

/** @param files pairs of an earlier and a later build; without any, published ones are fetched */
export async function upload(files: readonly string[]): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'devicelane-upload-'));
  try {
    const pairs = files.length > 0 ? pairsOf(files) : await fetchPairs(folder);
    const lines: string[] = [];
    const totals = new Map<string, number | null>();
    for (const [number, pair] of pairs.entries()) {
      const size = (await readFile(pair.later)).length;
      const ours = await measure(pair);
      const percent = (bytes: number): string => `${((100 * bytes) / size).toFixed(3)} %`;
      lines.push(
        `${pair.name}: ${size} bytes; sent ${ours.sent} (${percent(ours.sent)}), received ${ours.received}`,
        `    client ${ours.clientMs.toFixed(0)} ms, server ${ours.serverMs.toFixed(0)} ms, ${ours.comesBack ? 'rebuilt byte for byte' : 'NOT REBUILT'}`,
      );
      add(totals, 'ours', ours.sent);
      for (const [index, peer] of Object.keys(PEERS).entries()) {
        const sent = await sentBy(peer, pair, join(folder, `${number}-${index}`));
        add(totals, peer, sent);
        const told = sent === null ? 'not installed' : `${sent} (${percent(sent)}), ours is ${ratio(ours.sent, sent)}`;
        lines.push(`    ${peer}: ${told}`);
      }
    }
    const ours = totals.get('ours') as number;
    for (const [peer, sent] of totals)
      if (sent) lines.push(`all pairs, ${peer}: ${sent}, ours is ${ratio(ours, sent)}`);
    return lines;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const ratio = (ours: number, other: number): string => `${(ours / other).toFixed(3)} of it`;

function add(totals: Map<string, number | null>, who: string, sent: number | null): void {
  const before = totals.get(who);
  totals.set(who, sent === null || before === null ? null : (before ?? 0) + sent);
}

function pairsOf(files: readonly string[]): Pair[] {
  return files.slice(1).map((later, at) => {
    const earlier = files[at] as string;
    return { name: `${basename(earlier)} → ${basename(later)}`, earlier, later };
  });
}

async function measure({ earlier, later }: Pair): Promise<Measured> {
  const [before, after] = [await readFile(earlier), await readFile(later)];
  const signatures = await signed(before);
  const started = performance.now();
  const frame = signatures && (await differenceTo(signatures, after, after.length));
  const made = performance.now();
  const back = frame && signatures ? await rebuiltBy(before, signatures.index, frame, after.length) : after;
  return {
    sent: frame?.length ?? after.length,
    received: signatures?.received ?? 0,
    clientMs: made - started,
    serverMs: performance.now() - made,
    comesBack: back.equals(after),
  };
}
