/** Fetches what a job's farm has of logs, videos and pictures, sealed: as much as one job may keep. */
import type { Context } from '../context.ts';
import { newId } from '../contract/ids.ts';
import type { EvidenceKind } from '../contract/terms.ts';
import { FarmError, type FarmEvidence } from '../farms/port.ts';
import type { Redactor } from './redact.ts';
import { resumed } from './resumed.ts';

export type CollectedEvidence = {
  id: string;
  kind: EvidenceKind;
  name: string;
  contentType: string;
  blobName: string;
  size: number;
};

/** A farm is whatever a connection names: one that sent without end would fill the disk and keep a worker from all others. */
export type EvidenceLimits = { files: number; bytes: number; ms: number };

const LIMITS: EvidenceLimits = { files: 10_000, bytes: 8 * 1024 ** 3, ms: 30 * 60_000 };
const MAX_NAME = 255;
/** Names of files that were left out which are told. */
const MOST_TOLD = 1_000;

class TooMuch extends Error {}

type Wanted = {
  runId: string;
  files: readonly FarmEvidence[];
  redactor: Redactor;
  /** Names a new blob, which is the caller's to remove when it is not kept. */
  newBlob: () => string;
  limits?: EvidenceLimits;
};

/**
 * What goes beyond the limits, and what the farm refuses to give, is left out; a file `left-out.txt` then says what that is.
 *
 * @throws FarmError `broken`
 */
export async function collectEvidence(
  ctx: Context,
  { runId, files, redactor, newBlob, limits = LIMITS }: Wanted,
): Promise<CollectedEvidence[]> {
  const evidence: CollectedEvidence[] = [];
  const leftOut: string[] = [];
  const end = performance.now() + limits.ms;
  let left = limits.bytes;
  let isFull = false;

  async function keep(file: Omit<FarmEvidence, 'open'>, source: AsyncIterable<Uint8Array>): Promise<void> {
    const { kind, contentType } = file;
    const blobName = newBlob();
    const isText = kind !== 'video' && kind !== 'screenshot';
    const size = await ctx.blobs.write(runId, blobName, isText ? redactor.stream(source) : source);
    const id = newId('evidence', ctx.tenant.route);
    evidence.push({ id, kind, name: nameOf(file), contentType, blobName, size });
  }

  const nameOf = ({ name }: { name: string }): string => redactor.text(name).slice(0, MAX_NAME);

  async function* bounded(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const piece of source) {
      left -= piece.length;
      if (left < 0 || performance.now() > end) throw new TooMuch();
      yield piece;
    }
  }

  for (const file of files) {
    if (isFull || evidence.length >= limits.files || performance.now() > end) {
      leftOut.push(nameOf(file));
      continue;
    }
    try {
      await keep(file, bounded(resumed(file)));
    } catch (error) {
      if (error instanceof FarmError && error.kind === 'refused') leftOut.push(`${nameOf(file)}: ${error.message}`);
      else if (error instanceof TooMuch) {
        leftOut.push(nameOf(file));
        // None is begun after it: each would bring up to all that is left.
        isFull = true;
      } else throw error;
    }
  }
  if (leftOut.length > 0) await keep(LEFT_OUT, listOf(leftOut, limits));
  return evidence;
}

const LEFT_OUT = { name: 'left-out.txt', kind: 'report', contentType: 'text/plain; charset=utf-8' } as const;

async function* listOf(names: readonly string[], { files, bytes, ms }: EvidenceLimits): AsyncGenerator<Uint8Array> {
  const most = `${files} files, ${bytes} bytes and ${ms / 60_000} minutes of fetching`;
  const told = names.slice(0, MOST_TOLD).join('\n');
  const more = names.length > MOST_TOLD ? `\nand ${names.length - MOST_TOLD} more` : '';
  yield Buffer.from(`Left out, since the farm refuses it or a job keeps at most ${most}:\n${told}${more}\n`);
}
