/** Holds a small file in memory while it is written, so that it can be read before the disk has it. */
import type { ByteSource } from '../apk/byte-source.ts';

/** Bytes of all files that a process holds at a time: a larger one, or one too many, is read from the store. */
const MOST_HELD = 32 * 1024 * 1024;

let free = MOST_HELD;

export type HeldFile = {
  /** Takes a copy of the next bytes. */
  take(piece: Uint8Array): void;
  /** Settles with the last byte; never, where the bytes break off. */
  whole: Promise<ByteSource>;
  /** To be called in every case. */
  release(): void;
};

/** @returns null when there is no room */
export function holdFile(size: number): HeldFile | null {
  if (size > free) return null;
  free -= size;
  const bytes = new Uint8Array(new SharedArrayBuffer(size));
  const { promise: whole, resolve } = Promise.withResolvers<ByteSource>();
  let filled = 0;
  return {
    whole,
    take(piece) {
      // Of what is too long its digest tells; nothing of it is read.
      if (filled + piece.length > size) return;
      bytes.set(piece, filled);
      filled += piece.length;
      if (filled === size)
        resolve({ size, shared: bytes.buffer, read: async (at, length) => bytes.slice(at, at + length) });
    },
    release() {
      free += size;
    },
  };
}
