/** Reads a body that may be cut off, going on where it was; short is an error, never an end. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pace } from './azure-call.ts';
import { BlobStoreFailed, type ByteRange } from './port.ts';

/** Opens the bytes of a range anew. */
export type Reopen = (range: ByteRange) => Promise<AsyncIterable<Uint8Array>>;

/** `body` holds the bytes of the range from its beginning. @throws BlobStoreFailed after tries that brought no byte */
export async function* readAgain(
  pace: Pace,
  range: ByteRange,
  body: AsyncIterable<Uint8Array>,
  reopen: Reopen,
): AsyncGenerator<Uint8Array> {
  let { offset, length } = range;
  for (let inVain = 0; ; ) {
    let last: Uint8Array | null = null;
    // A body that breaks off and one that ends too soon are the same: bytes are missing.
    for await (const piece of untilCut(body)) {
      if (piece.length > length) throw new BlobStoreFailed('Azure Blob Storage: more bytes came than were asked for');
      offset += piece.length;
      length -= piece.length;
      inVain = 0;
      // Held back until the body has ended: who has all bytes stops, and a body left open costs its connection.
      if (length === 0) last = piece;
      else yield piece;
    }
    if (last) yield last;
    if (length === 0) return;
    inVain += 1;
    if (inVain >= pace.tries) throw new BlobStoreFailed(`Azure Blob Storage: ${length} bytes of a blob did not come`);
    await sleep(pace.retryDelayMs * (2 ** (inVain - 1) - 1));
    body = await reopen({ offset, length });
  }
}

async function* untilCut(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const iterator = body[Symbol.asyncIterator]();
  try {
    for (;;) {
      // Only what the body throws is a cut; what its reader throws is not caught here.
      const next = await iterator.next().catch(() => null);
      if (!next || next.done) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.().catch(() => {});
  }
}
