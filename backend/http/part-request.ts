/** Reads what a part's request announces: its length, its digest (RFC 9530) and how it is compressed. */
import type { Context as HonoContext } from 'hono';
import { MAX_ALONG, MAX_PART_SIZE, type PartsOf } from '../contract/artifacts.ts';
import { DevicelaneError } from '../errors.ts';
import { asAnnounced } from '../uploads/decode-part.ts';
import type { HttpEnv } from './call.ts';

/** @throws DevicelaneError `length_required`, `too_large`, `invalid_request`, `unsupported_media_type` */
export function readPartHeaders(c: HonoContext): { size: number; sha256: Buffer; isCompressed: boolean } {
  const length = c.req.header('content-length');
  if (length === undefined || c.req.header('transfer-encoding') !== undefined) {
    throw new DevicelaneError(
      'length_required',
      'Say the bytes of the part in Content-Length; do not send it chunked.',
      {
        field: 'Content-Length',
      },
    );
  }
  const size = Number(length);
  if (!/^\d{1,20}$/.test(length) || size < 1) {
    throw new DevicelaneError('invalid_request', 'Content-Length is not a number of bytes.', {
      field: 'Content-Length',
    });
  }
  if (size > MAX_PART_SIZE) {
    throw new DevicelaneError('too_large', `A part has at most ${MAX_PART_SIZE} bytes.`, { field: 'Content-Length' });
  }
  const digest = /^sha-256=:([A-Za-z0-9+/]{43}=):$/.exec(c.req.header('content-digest') ?? '');
  if (!digest?.[1]) {
    throw new DevicelaneError('invalid_request', 'Send Content-Digest: sha-256=:base64 of the SHA-256 of the part:.', {
      field: 'Content-Digest',
    });
  }
  const encoding = c.req.header('content-encoding');
  if (encoding !== undefined && encoding !== 'zstd') {
    throw new DevicelaneError('unsupported_media_type', 'Send the part as it is, or with Content-Encoding: zstd.', {
      field: 'Content-Encoding',
    });
  }
  return { size, sha256: Buffer.from(digest[1], 'base64'), isCompressed: encoding === 'zstd' };
}

/**
 * The difference that comes with a completion; null where what is completed came in parts.
 *
 * @throws DevicelaneError as `readPartHeaders`, and `size_mismatch`, `digest_mismatch`
 */
export async function readDifferenceAlong(c: HonoContext<HttpEnv>, of: PartsOf): Promise<Buffer | null> {
  const isChunked = c.req.header('transfer-encoding') !== undefined;
  if (!isChunked && Number(c.req.header('content-length') ?? '0') === 0) return null;
  const { size, sha256, isCompressed } = readPartHeaders(c);
  if (of !== 'difference' || isCompressed) {
    throw new DevicelaneError('invalid_request', 'Only a difference comes with a completion, and as it is.', {
      field: isCompressed ? 'Content-Encoding' : 'of',
    });
  }
  if (size > MAX_ALONG) {
    throw new DevicelaneError('too_large', `A difference of more than ${MAX_ALONG} bytes comes in parts, before.`, {
      field: 'Content-Length',
    });
  }
  const pieces: Uint8Array[] = [];
  // Left whole when its reader gives up, so that the refusal can still be heard.
  const body = c.env.incoming.iterator({ destroyOnReturn: false });
  for await (const piece of asAnnounced({ body, size, sha256 })) pieces.push(piece);
  return Buffer.concat(pieces);
}
