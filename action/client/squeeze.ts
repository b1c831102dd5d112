/** Compresses a part of a file where that saves enough: code and libraries that lie in a build as they are. */
import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';

const LEVEL = 3;
/** What a few samples must come down to before all of it is tried, and all of it before it is sent so. */
const WORTH_IT = 0.9;
const SAMPLES = 4;
const SAMPLE_BYTES = 16 * 1024;
/** Bytes a second of the line from which on compressing takes longer than it saves. */
const FAST = 60_000_000;

const compress = promisify(zstdCompress);
const squeezed = (bytes: Uint8Array) =>
  compress(bytes, { params: { [constants.ZSTD_c_compressionLevel]: LEVEL }, pledgedSrcSize: bytes.length });

/**
 * The zstd frame of the bytes; null where they had better go as they are.
 *
 * @param rate bytes a second that the line takes; null where it is not known
 */
export async function squeeze(bytes: Uint8Array, rate: number | null): Promise<Uint8Array | null> {
  if (rate !== null && rate > FAST) return null;
  const samples = Buffer.concat(
    Array.from({ length: SAMPLES }, (_, at) => {
      const start = Math.floor((at * bytes.length) / SAMPLES);
      return bytes.subarray(start, start + SAMPLE_BYTES);
    }),
  );
  if ((await squeezed(samples)).length > samples.length * WORTH_IT) return null;
  const frame = await squeezed(bytes);
  return frame.length > bytes.length * WORTH_IT ? null : frame;
}
