/** Inflates a content of known length in one step: in zlib's own steps of 16 KiB it takes some three times as long. */
import { promisify } from 'node:util';
import { inflateRaw } from 'node:zlib';

const inflate = promisify(inflateRaw);
/** The least that zlib takes as the length of a step. */
const LEAST_STEP = 64;

/**
 * @param length bytes that the content should have; it may come out shorter
 * @throws the errors of `node:zlib`: `ERR_BUFFER_TOO_LARGE` when it is longer, `Z_…` when the data is no deflate
 */
export function inflateContent(data: Uint8Array, length: number): Promise<Buffer> {
  // Room for one byte more than is allowed, or zlib would go on to see whether there is one.
  return inflate(data, { maxOutputLength: Math.max(1, length), chunkSize: Math.max(LEAST_STEP, length + 1) });
}
