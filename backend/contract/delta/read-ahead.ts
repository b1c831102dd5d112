/** Reads a file that is asked for in small pieces, one after the other, in large ones. */
import type { ByteSource } from './bytes.ts';

const WINDOW = 1024 * 1024;

export function readAhead(source: ByteSource): ByteSource {
  let window = { offset: 0, bytes: new Uint8Array(0) as Uint8Array };
  return {
    size: source.size,
    async read(offset, length) {
      if (length > WINDOW) return source.read(offset, length);
      const end = window.offset + window.bytes.length;
      if (offset < window.offset || offset + length > end) {
        window = { offset, bytes: await source.read(offset, Math.min(WINDOW, source.size - offset)) };
      }
      return window.bytes.subarray(offset - window.offset, offset - window.offset + length);
    },
  };
}
