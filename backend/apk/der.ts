/** The little of DER (X.690) that a PKCS #7 signature needs. */
import { BadSignature } from './signing-facts.ts';

export type Der = {
  tag: number;
  /** Tag, length and content. */
  whole: Buffer;
  content: Buffer;
};

export const TAG = { integer: 0x02, octets: 0x04, oid: 0x06, sequence: 0x30, set: 0x31, context0: 0xa0 } as const;

/** The values that stand one after the other in the bytes. @throws BadSignature when they do not fill them */
export function derValues(bytes: Buffer): Der[] {
  const values: Der[] = [];
  for (let at = 0; at < bytes.length; ) {
    const value = derAt(bytes, at);
    values.push(value);
    at += value.whole.length;
  }
  return values;
}

/** The parts of a value, which must have the tag. */
export function derParts(value: Der | undefined, tag: number): Der[] {
  if (value?.tag !== tag) throw new BadSignature('Its v1 signature block is damaged.');
  return derValues(value.content);
}

/** An object identifier's encoded bytes as hex: enough to compare. */
export function oid(value: Der | undefined): string {
  if (value?.tag !== TAG.oid) throw new BadSignature('Its v1 signature block is damaged.');
  return value.content.toString('hex');
}

function derAt(bytes: Buffer, at: number): Der {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) throw new BadSignature('Its v1 signature block is damaged.');
  let header = 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > 4 || at + 2 + count > bytes.length) {
      throw new BadSignature('Its v1 signature block has a length that is not understood.');
    }
    length = bytes.readUIntBE(at + 2, count);
    header += count;
  }
  const end = at + header + length;
  if (end > bytes.length) throw new BadSignature('Its v1 signature block was cut off.');
  return { tag, whole: bytes.subarray(at, end), content: bytes.subarray(at + header, end) };
}
