import type { ByteSource as Bytes } from '../contract/delta/bytes.ts';

/** The bytes of a file that may lie sealed elsewhere: they are asked for by range, so that no plaintext copy is needed. */
export type ByteSource = Bytes & {
  /** All of it, where it is in memory and changes no more: a thread then need not ask for it. */
  readonly shared?: SharedArrayBuffer;
};

const BLOCK_BYTES = 256 * 1024;
const BLOCKS_KEPT = 16;

/** Reads ahead in blocks and keeps the last few, because a zip's directory is read in pieces of tens of bytes. */
export function inBlocks(source: ByteSource): ByteSource {
  const kept = new Map<number, Uint8Array>();

  async function block(index: number): Promise<Uint8Array> {
    const known = kept.get(index);
    if (known !== undefined) {
      kept.delete(index);
      kept.set(index, known);
      return known;
    }
    const offset = index * BLOCK_BYTES;
    const bytes = await source.read(offset, Math.min(BLOCK_BYTES, source.size - offset));
    kept.set(index, bytes);
    if (kept.size > BLOCKS_KEPT) kept.delete(kept.keys().next().value as number);
    return bytes;
  }

  return {
    size: source.size,
    ...(source.pieces && { pieces: (offset, length) => source.pieces!(offset, length) }),
    async read(offset, length) {
      if (length > BLOCK_BYTES) return source.read(offset, length);
      const first = Math.floor(offset / BLOCK_BYTES);
      const start = offset - first * BLOCK_BYTES;
      const head = await block(first);
      if (start + length <= head.length) return head.subarray(start, start + length);
      const whole = new Uint8Array(length);
      whole.set(head.subarray(start));
      const tail = await block(first + 1);
      whole.set(tail.subarray(0, length - (head.length - start)), head.length - start);
      return whole;
    },
  };
}
