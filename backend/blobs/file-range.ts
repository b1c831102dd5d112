import type { FileHandle } from 'node:fs/promises';
import { type ByteRange, checkRange } from './port.ts';
import { giveBack, SLAB_BYTES, takeSlab } from './slabs.ts';

/**
 * Reads a range of an open file, all of it or failing: a file system may give fewer bytes than asked, and a file may shrink.
 * While a piece is used, the next is being read.
 * @param lend whether a piece's memory may be used again once the next one is asked for
 * @throws RangeError when the range is not inside the file
 */
export async function* readFileRange(
  file: FileHandle,
  range: ByteRange | undefined,
  lend: boolean,
): AsyncGenerator<Uint8Array> {
  const { size } = await file.stat();
  const { offset, length } = range ?? { offset: 0, length: size };
  checkRange({ offset, length }, size);
  const end = offset + length;
  // One is read while the other is used.
  const slabs = lend ? [takeSlab(), takeSlab()] : [];
  let pieces = 0;
  const readPiece = async (position: number): Promise<Uint8Array> => {
    const wanted = Math.min(SLAB_BYTES, end - position);
    if (wanted === 0) return new Uint8Array(0);
    const memory = slabs[pieces++ % 2] ?? Buffer.allocUnsafe(wanted);
    const { bytesRead } = await file.read(memory, 0, wanted, position);
    return memory.subarray(0, bytesRead);
  };
  let reading = readPiece(offset);
  try {
    for (let position = offset; position < end; ) {
      const piece = await reading;
      if (piece.length === 0) throw new Error(`A blob of ${size} bytes ended at byte ${position} while it was read.`);
      position += piece.length;
      reading = readPiece(position);
      // Told where it is awaited, which may be later than it fails.
      reading.catch(() => {});
      yield piece;
    }
  } finally {
    // The caller closes the file, at which nothing may be at work then.
    await Promise.allSettled([reading]);
    slabs.forEach(giveBack);
  }
}
