import type { FileHandle } from 'node:fs/promises';
import type { ByteRange } from './port.ts';

const PIECE_BYTES = 256 * 1024;

/**
 * Reads a range of an open file, all of it or failing: a file system may give fewer bytes than asked, and a file may shrink.
 * While a piece is used, the next is being read.
 * @throws RangeError when the range is not inside the file
 */
export async function* readFileRange(file: FileHandle, range: ByteRange | undefined): AsyncGenerator<Uint8Array> {
  const { size } = await file.stat();
  const { offset, length } = range ?? { offset: 0, length: size };
  const end = offset + length;
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0 || end > size) {
    throw new RangeError(`the range ${offset}+${length} is not inside a blob of ${size} bytes`);
  }
  let reading = readPiece(file, offset, end);
  try {
    for (let position = offset; position < end; ) {
      const piece = await reading;
      if (piece.length === 0) throw new Error(`A blob of ${size} bytes ended at byte ${position} while it was read.`);
      position += piece.length;
      reading = readPiece(file, position, end);
      // Told where it is awaited, which may be later than it fails.
      reading.catch(() => {});
      yield piece;
    }
  } finally {
    // The caller closes the file, at which nothing may be at work then.
    await Promise.allSettled([reading]);
  }
}

async function readPiece(file: FileHandle, position: number, end: number): Promise<Uint8Array> {
  const piece = Buffer.allocUnsafe(Math.min(PIECE_BYTES, end - position));
  if (piece.length === 0) return piece;
  const { bytesRead } = await file.read(piece, 0, piece.length, position);
  return piece.subarray(0, bytesRead);
}
