/** Compresses a difference into the one zstd frame that is sent. */
import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';

/** Levels of zstd: the first takes a third of a second for a megabyte, and saves a seventh of what the second leaves. */
const THOROUGH = 19;
const MIDDLE = 9;
const QUICK = 3;
/** Bytes a second below which the line takes longer for what the first saves than that takes. */
const SLOW = 450_000;
/** Bytes a second above which the second level takes longer than sending what it saves. */
const FAST = 15_000_000;
/** Up to so many bytes the highest level costs nobody anything. */
const SMALL = 32 * 1024;

const compressFrame = promisify(zstdCompress);

/** @param rate bytes a second that the line takes; null: only bytes count */
export function compress(bytes: Buffer, rate: number | null): Promise<Buffer> {
  let level = MIDDLE;
  if (rate === null || rate < SLOW || bytes.length <= SMALL) level = THOROUGH;
  else if (rate > FAST) level = QUICK;
  // Without its size zstd makes tables for a long input, which takes longer than a short one itself.
  return compressFrame(bytes, {
    params: { [constants.ZSTD_c_compressionLevel]: level },
    pledgedSrcSize: bytes.length,
  });
}
