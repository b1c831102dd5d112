/**
 * Binary property lists.
 *
 * Written here because those on npm follow each reference anew: a list that refers to itself overflows their stack, and
 * thirty arrays that each name the next one twice take them ten minutes. Here every object is read once.
 * Source: Apple, CoreFoundation `CFBinaryPList.c`.
 */
import { PLIST_LIMITS } from '../apk/limits.ts';
import { unusable } from '../apk/unusable.ts';
import type { PlistValue } from './plist.ts';

const TRAILER_BYTES = 32;
const MARKER = {
  simple: 0x0,
  integer: 0x1,
  real: 0x2,
  date: 0x3,
  data: 0x4,
  ascii: 0x5,
  utf16: 0x6,
  uid: 0x8,
  array: 0xa,
  dict: 0xd,
};
/** Seconds between 1970 and 2001, from which Apple counts. */
const APPLE_EPOCH = 978_307_200;

/** @throws DevicelaneError for a list made to harm, RangeError where it is damaged */
export function readBinaryPlist(bytes: Buffer): PlistValue {
  const trailer = bytes.length - TRAILER_BYTES;
  const offsetBytes = bytes.readUInt8(trailer + 6);
  const referenceBytes = bytes.readUInt8(trailer + 7);
  const count = number(bytes, trailer + 8, 8);
  const top = number(bytes, trailer + 16, 8);
  const table = number(bytes, trailer + 24, 8);
  if (count > PLIST_LIMITS.values) throw unusable('Its property list has too many values.');
  if (table + count * offsetBytes > trailer) throw new RangeError('the table leaves the list');
  /** `null`: being read. */
  const read = new Map<number, PlistValue | null>();
  let referred = 0;

  function object(index: number, depth: number): PlistValue {
    const known = read.get(index);
    if (known === null) throw unusable('Its property list holds itself.');
    if (known !== undefined) return known;
    if (depth > PLIST_LIMITS.depth) throw unusable('Its property list is nested too deeply.');
    if (index >= count) throw new RangeError('no such object');
    read.set(index, null);
    const value = valueAt(number(bytes, table + index * offsetBytes, offsetBytes), depth);
    read.set(index, value);
    return value;
  }

  function valueAt(at: number, depth: number): PlistValue {
    const kind = bytes.readUInt8(at) >>> 4;
    const info = bytes.readUInt8(at) & 0xf;
    if (kind === MARKER.simple) return info === 9;
    if (kind === MARKER.integer) return number(bytes, at + 1, 2 ** info);
    if (kind === MARKER.real) return info === 2 ? bytes.readFloatBE(at + 1) : bytes.readDoubleBE(at + 1);
    if (kind === MARKER.date) return new Date((bytes.readDoubleBE(at + 1) + APPLE_EPOCH) * 1000);
    if (kind === MARKER.uid) return number(bytes, at + 1, info + 1);
    const { length, start } = lengthAt(at, info);
    if (kind === MARKER.data) return slice(start, length);
    if (kind === MARKER.ascii) return slice(start, length).toString('latin1');
    if (kind === MARKER.utf16)
      return Buffer.from(slice(start, length * 2))
        .swap16()
        .toString('utf16le');
    if (kind === MARKER.array) return references(start, length).map((index) => object(index, depth + 1));
    if (kind !== MARKER.dict) throw new RangeError('an object of an unknown kind');
    const keys = references(start, length);
    const values = references(start + length * referenceBytes, length);
    return new Map(keys.map((key, i) => [String(object(key, depth + 1)), object(values[i] as number, depth + 1)]));
  }

  /** A length of 15 or more stands behind the marker as an integer of its own. */
  function lengthAt(at: number, info: number): { length: number; start: number } {
    if (info !== 0xf) return { length: info, start: at + 1 };
    const size = 2 ** (bytes.readUInt8(at + 1) & 0xf);
    return { length: number(bytes, at + 2, size), start: at + 2 + size };
  }

  function slice(start: number, length: number): Buffer {
    if (start + length > trailer) throw new RangeError('an object leaves the list');
    return bytes.subarray(start, start + length);
  }

  function references(start: number, length: number): number[] {
    if (start + length * referenceBytes > trailer) throw new RangeError('an object leaves the list');
    referred += length;
    if (referred > PLIST_LIMITS.values * 2) throw unusable('Its property list has too many values.');
    return Array.from({ length }, (_, i) => number(bytes, start + i * referenceBytes, referenceBytes));
  }

  return object(top, 0);
}

/** Big-endian, of any length up to 16; those of 8 and more are exact up to 2^53. */
function number(bytes: Buffer, at: number, length: number): number {
  if (length < 1 || length > 16 || at + length > bytes.length) throw new RangeError('a number leaves the list');
  let value = 0;
  for (let i = 0; i < length; i++) value = value * 256 + bytes.readUInt8(at + i);
  return value;
}
