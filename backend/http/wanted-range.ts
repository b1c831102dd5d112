/** Reads which part of some content a request wants (RFC 9110, sections 13.1.5 and 14.2): one range of bytes, or all. */
import type { Context as HonoContext } from 'hono';
import { DevicelaneError } from '../errors.ts';

type ByteRange = { offset: number; length: number };

/** @throws DevicelaneError `invalid_request`, and `range_not_satisfiable`, whose answer says the size */
export function wantedRange(c: HonoContext, { size, etag }: { size: number; etag: string }): ByteRange | null {
  const header = c.req.header('range');
  if (header === undefined || c.req.method !== 'GET' || !/^bytes=/i.test(header)) return null;
  // A range of other content than this is no use: all of it is.
  const condition = c.req.header('if-range');
  if (condition !== undefined && condition !== etag) return null;

  const match = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i.exec(header);
  const [first = '', last = ''] = match?.slice(1) ?? [];
  const isWrong = (first === '' && last === '') || (first !== '' && last !== '' && Number(first) > Number(last));
  if (isWrong) {
    throw new DevicelaneError('invalid_request', 'Send one range: bytes=first-last, bytes=first- or bytes=-length.', {
      field: 'Range',
    });
  }
  const offset = first === '' ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === '' || last === '' ? size : Math.min(size, Number(last) + 1);
  if (offset >= end) {
    c.header('Content-Range', `bytes */${size}`);
    throw new DevicelaneError('range_not_satisfiable', `The content has ${size} bytes.`, { field: 'Range' });
  }
  return { offset, length: end - offset };
}
