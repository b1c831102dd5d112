/**
 * A program for a process of its own: `seal-4-gib.ts FOLDER` takes 4 GiB into a folder as an upload does, in parts and then
 * whole, and prints how long that took and how much memory the process had at most.
 */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { MAX_PART_SIZE } from '../contract/artifacts.ts';
import { KEY, makeSealedFolder } from './sealed-folder.ts';

const PARTS = 512;
/** As many as a client sends at once. */
const AT_ONCE = 3;
/** Bytes that come from a socket at once. */
const PIECE_BYTES = 64 * 1024;

export type Taken = { bytes: number; partsMs: number; wholeMs: number; atRestBytes: number; peakBytes: number };

const blobs = await makeSealedFolder(process.argv[2]!);
const bytes = PARTS * MAX_PART_SIZE;
const refuseUnless = (size: number) => (came: { size: number }) => {
  if (came.size !== size) throw new Error(`${came.size} bytes came instead of ${size}`);
};

/** No two pieces are alike. */
async function* partBody(): AsyncGenerator<Uint8Array> {
  const piece = randomBytes(PIECE_BYTES);
  for (let sent = 0; sent < MAX_PART_SIZE; sent += PIECE_BYTES) {
    piece.writeUInt32LE(sent);
    yield piece;
  }
}

let next = 0;
async function sendParts(): Promise<void> {
  for (let part = next++; part < PARTS; part = next++) {
    await blobs.write(KEY, `part-${part}`, partBody(), refuseUnless(MAX_PART_SIZE));
  }
}

/** In bytes. The peak that `getrusage` tells may be that of the process which started this one. */
async function memory(what: 'VmRSS' | 'VmHWM'): Promise<number> {
  const status = await readFile('/proc/self/status', 'latin1');
  return Number(new RegExp(`${what}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
}

const atRestBytes = await memory('VmRSS');
const startedAt = performance.now();
await Promise.all(Array.from({ length: AT_ONCE }, sendParts));
const sentAt = performance.now();
const names = Array.from({ length: PARTS }, (_, part) => `part-${part}`);
await blobs.join({ keyId: KEY, names }, KEY, 'whole', refuseUnless(bytes));
const wholeMs = performance.now() - sentAt;
const taken: Taken = {
  bytes,
  partsMs: sentAt - startedAt,
  wholeMs,
  atRestBytes,
  peakBytes: await memory('VmHWM'),
};
console.log(JSON.stringify(taken));
