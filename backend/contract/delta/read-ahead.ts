/** Reads a file that is asked for in small pieces, one after the other, in large ones. */
import type { ByteSource } from './bytes.ts';

/** Bytes that are read at a time. */
export const WINDOW = 1024 * 1024;

/** @param options with `lend`, what was read is only good until the next is asked for: a whole file goes through one memory */
export function readAhead(source: ByteSource, { lend }: { lend: boolean } = { lend: false }): ByteSource {
  let memory: Uint8Array | undefined;
  let window = { offset: 0, bytes: new Uint8Array(0) as Uint8Array };
  return {
    size: source.size,
    async read(offset, length) {
      if (length > WINDOW) return source.read(offset, length);
      const end = window.offset + window.bytes.length;
      if (offset < window.offset || offset + length > end) {
        const more = Math.min(WINDOW, source.size - offset);
        if (lend) memory ??= new Uint8Array(WINDOW);
        // Nothing is there until all of it is: the memory is written to meanwhile.
        window = { offset, bytes: new Uint8Array(0) };
        window = { offset, bytes: await source.read(offset, more, memory) };
      }
      return window.bytes.subarray(offset - window.offset, offset - window.offset + length);
    },
  };
}
