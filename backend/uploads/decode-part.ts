/** A part that was sent compressed, as it is in the file. */
import { createHash } from 'node:crypto';
import { pipeline, Readable } from 'node:stream';
import { constants, createZstdDecompress } from 'node:zlib';
import { DevicelaneError } from '../errors.ts';

/** A frame that wants a longer window than a part has bytes is none of our client's: 8 MiB. */
const WINDOW_BITS = 23;

type Sent = {
  body: AsyncIterable<Uint8Array>;
  /** Bytes, as announced. */
  size: number;
  /** Of the bytes that are sent (RFC 9530, Content-Digest), as announced. */
  sha256: Buffer;
};

/**
 * Gives exactly `expected` bytes or fails; of a bomb never more than one piece beyond them.
 *
 * @throws DevicelaneError `size_mismatch`, `digest_mismatch`, `invalid_request`
 */
export async function* decodePart(sent: Sent, expected: number): AsyncGenerator<Uint8Array> {
  const frame = createZstdDecompress({ params: { [constants.ZSTD_d_windowLogMax]: WINDOW_BITS } });
  // Who reads the frame is told of what goes wrong before it.
  pipeline(Readable.from(asAnnounced(sent)), frame, () => {});
  let length = 0;
  try {
    for await (const piece of frame) {
      length += piece.length;
      if (length > expected) break;
      yield piece;
    }
  } catch (cause) {
    if (cause instanceof DevicelaneError) throw cause;
    throw new DevicelaneError('invalid_request', 'The part is no whole zstd frame; send it again, or as it is.', {
      field: 'Content-Encoding',
      cause,
    });
  }
  if (length !== expected) {
    throw new DevicelaneError('size_mismatch', `The part must have ${expected} bytes before it is compressed.`, {
      field: 'Content-Encoding',
    });
  }
}

/** The bytes as they come. @throws DevicelaneError `size_mismatch`, `digest_mismatch`, after the last of them */
export async function* asAnnounced({ body, size, sha256 }: Sent): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let length = 0;
  for await (const chunk of body) {
    length += chunk.byteLength;
    if (length > size) break;
    hash.update(chunk);
    yield chunk;
  }
  if (length !== size) {
    throw new DevicelaneError('size_mismatch', `The part has not the ${size} bytes that were announced.`, {
      field: 'Content-Length',
    });
  }
  if (!hash.digest().equals(sha256)) {
    throw new DevicelaneError('digest_mismatch', 'The bytes of the part do not match its digest; send it again.', {
      field: 'Content-Digest',
    });
  }
}
