import type { FileHandle } from 'node:fs/promises';
import { type ByteRange, checkRange } from './port.ts';

const PIECE_BYTES = 256 * 1024;

/**
 * Reads a range of an open file, all of it or failing: a file system may give fewer bytes than asked, and a file may shrink.
 * @throws RangeError when the range is not inside the file
 */
export async function* readFileRange(file: FileHandle, range: ByteRange | undefined): AsyncGenerator<Uint8Array> {
  const { size } = await file.stat();
  const { offset, length } = range ?? { offset: 0, length: size };
  checkRange({ offset, length }, size);
  const end = offset + length;
  for (let position = offset; position < end; ) {
    const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, end - position));
    const { bytesRead } = await file.read(piece, 0, piece.length, position);
    if (bytesRead === 0) throw new Error(`A blob of ${size} bytes ended at byte ${position} while it was read.`);
    yield piece.subarray(0, bytesRead);
    position += bytesRead;
  }
}
