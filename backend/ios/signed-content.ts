/**
 * What a CMS signature is over, where it lies inside.
 *
 * Apple's tools write BER with lengths left open, and texts in pieces, where JAR signatures are DER: hence a reader of its
 * own. Source: RFC 5652, SignedData and EncapsulatedContentInfo; X.690, 8.1.
 */
import { unusable } from '../apk/unusable.ts';

type Ber = { tag: number; content: Buffer; parts: Ber[] };

const TAG = { octets: 0x04, sequence: 0x30, context0: 0xa0 } as const;
const CONSTRUCTED = 0x20;
const MAX_DEPTH = 32;
const MAX_VALUES = 10_000;

/** The signature itself is not verified: devices hold it to Apple's own. @throws RangeError when it is no such signature */
export function signedContent(block: Buffer): Buffer {
  const [, wrapped] = partsOf(readBer(block), TAG.sequence);
  const [, , encapsulated] = partsOf(partsOf(wrapped, TAG.context0)[0], TAG.sequence);
  const [, content] = partsOf(encapsulated, TAG.sequence);
  const [octets] = partsOf(content, TAG.context0);
  if (octets === undefined || (octets.tag & ~CONSTRUCTED) !== TAG.octets) throw new RangeError('it holds no content');
  return octets.tag === TAG.octets ? octets.content : Buffer.concat(octets.parts.map((piece) => piece.content));
}

function partsOf(value: Ber | undefined, tag: number): Ber[] {
  if (value?.tag !== tag) throw new RangeError('it is not a signature with its content');
  return value.parts;
}

function readBer(bytes: Buffer): Ber {
  let at = 0;
  let seen = 0;

  function value(limit: number, depth: number): Ber {
    if (depth > MAX_DEPTH || ++seen > MAX_VALUES) throw unusable('A signature in it is nested too deeply.');
    const tag = bytes.readUInt8(at);
    const first = bytes.readUInt8(at + 1);
    at += 2;
    const length = first < 0x80 ? first : lengthOf(first & 0x7f);
    const start = at;
    const end = length === null ? limit : start + length;
    if (end > limit) throw new RangeError('a value leaves the signature');
    const parts: Ber[] = [];
    if ((tag & CONSTRUCTED) === 0) {
      if (length === null) throw new RangeError('a value without an end');
      at = end;
    } else {
      while (at < end && !(length === null && isEnd())) parts.push(value(end, depth + 1));
      if (length === null) at += 2;
    }
    return { tag, content: bytes.subarray(start, at), parts };
  }

  /** null: open, up to two zeros. */
  function lengthOf(count: number): number | null {
    if (count === 0) return null;
    const length = bytes.readUIntBE(at, Math.min(count, 6));
    at += count;
    return length;
  }

  function isEnd(): boolean {
    return bytes.readUInt16BE(at) === 0;
  }

  return value(bytes.length, 0);
}
