/** What an upload of 4 GiB asks of a process: parts as they come from sockets, then the whole of them. */
import { randomBytes } from 'node:crypto';
import { MAX_PART_SIZE } from '../contract/artifacts.ts';
import { peakOf } from './measured-run.ts';
import type { Taken } from './seal-4-gib.ts';
import { KEY, makeSealedFolder } from './sealed-folder.ts';

const PARTS = 512;
/** As many as a client sends at once. */
const AT_ONCE = 3;
/** Bytes that come from a socket at once. */
const PIECE_BYTES = 64 * 1024;

const BYTES = PARTS * MAX_PART_SIZE;

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

export async function takeFourGib(folder: string): Promise<Taken> {
  const blobs = await makeSealedFolder(folder);
  let next = 0;
  async function sendParts(): Promise<void> {
    for (let part = next++; part < PARTS; part = next++) {
      await blobs.write(KEY, `part-${part}`, partBody(), refuseUnless(MAX_PART_SIZE));
    }
  }
  const atRestBytes = process.memoryUsage.rss();
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, sendParts));
  const sentAt = performance.now();
  const names = Array.from({ length: PARTS }, (_, part) => `part-${part}`);
  await blobs.join({ keyId: KEY, names }, KEY, 'whole', refuseUnless(BYTES));
  const wholeMs = performance.now() - sentAt;
  const peakBytes = await peakOf('self');
  if (peakBytes === null) throw new Error('this system does not tell how much memory a process has had');
  return { bytes: BYTES, partsMs: sentAt - startedAt, wholeMs, atRestBytes, peakBytes };
}
