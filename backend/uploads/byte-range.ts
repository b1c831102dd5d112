/** Reads a Range header (RFC 9110, 14.2) of one range with both ends. */
import { DevicelaneError } from '../errors.ts';

/** In bytes. */
export type ByteRange = { offset: number; length: number };

/** @throws DevicelaneError `invalid_request` also when there is none */
export function parseRange(header: string | undefined): ByteRange {
  const match = /^bytes=(\d{1,12})-(\d{1,12})$/.exec(header ?? '');
  const [first, last] = [Number(match?.[1]), Number(match?.[2])];
  if (!(first <= last)) {
    throw new DevicelaneError('invalid_request', 'Send Range: bytes=first-last.', { field: 'Range' });
  }
  return { offset: first, length: last - first + 1 };
}
