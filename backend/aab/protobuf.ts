/**
 * The wire format of protocol buffers, read as it lies.
 *
 * Written here because a schema's decoder builds every object of a message: a resource table of 20 MB holds millions, of
 * which a label and an icon are wanted. Source: protobuf.dev, "Encoding".
 */

export type Field = {
  number: number;
  /** The low 32 bits of a varint; 0 for a field of another kind. */
  varint: number;
  /** Of a length-delimited field: a message, a text or bytes. Empty for a field of another kind. */
  bytes: Buffer;
};

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;
const EMPTY = Buffer.alloc(0);

/** The fields of a message in their order. @throws RangeError when a length leaves the message */
export function* fieldsOf(message: Buffer): Generator<Field> {
  let at = 0;

  /** Exact up to 2^53; what is longer is only compared with what is left. */
  function varint(): { low: number; value: number } {
    let low = 0;
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = message.readUInt8(at);
      at += 1;
      if (shift < 32) low |= (byte & 0x7f) << shift;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return { low: low >>> 0, value };
    }
    throw new RangeError('a number has no end');
  }

  function skip(length: number): number {
    if (length > message.length - at) throw new RangeError('a field leaves its message');
    at += length;
    return at - length;
  }

  while (at < message.length) {
    const { low: tag } = varint();
    const number = tag >>> 3;
    const kind = tag & 7;
    if (kind === VARINT) yield { number, varint: varint().low, bytes: EMPTY };
    else if (kind === DELIMITED) {
      const length = varint().value;
      const start = skip(length);
      yield { number, varint: 0, bytes: message.subarray(start, at) };
    } else if (kind === FIXED32) skip(4);
    else if (kind === FIXED64) skip(8);
    // Groups were given up before the formats that are read here were made.
    else throw new RangeError('a field of an unknown kind');
  }
}

/** The last field of that number, as protocol buffers have it; undefined when there is none. */
export function fieldOf(message: Buffer, number: number): Field | undefined {
  let found: Field | undefined;
  for (const field of fieldsOf(message)) if (field.number === number) found = field;
  return found;
}

export function textOf(field: Field | undefined): string {
  return field?.bytes.toString('utf8') ?? '';
}
