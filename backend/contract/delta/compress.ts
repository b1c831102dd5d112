/** Compresses a difference into the one zstd frame that is sent. */
import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';

/** zstd's highest level takes a third of a second for a megabyte, and saves a seventh of what the other leaves. */
const THOROUGH = 19;
const QUICK = 9;
/** Up to so many bytes the highest level costs nobody anything. */
const SMALL = 1024 * 1024;

const compressFrame = promisify(zstdCompress);

/** @param isLineSlow so slow that a byte less on it is worth a long search */
export function compress(bytes: Buffer, isLineSlow: boolean): Promise<Buffer> {
  const level = isLineSlow || bytes.length <= SMALL ? THOROUGH : QUICK;
  return compressFrame(bytes, { params: { [constants.ZSTD_c_compressionLevel]: level } });
}
