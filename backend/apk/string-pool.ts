/** A pool of strings in Android's binary XML and resource tables. Source: AOSP `ResourceTypes.h`, ResStringPool_header. */
import { XML_LIMITS } from './limits.ts';
import { unusable } from './unusable.ts';

const UTF8 = 1 << 8;

/** @throws RangeError when a string leaves the pool, DevicelaneError when it spells more text than is read */
export function readStringPool(chunk: Buffer): string[] {
  const count = chunk.readUInt32LE(8);
  if (count > XML_LIMITS.strings) throw unusable('Its string pool has too many strings.');
  const at = stringReader(chunk);
  const strings: string[] = [];
  let text = 0;
  for (let i = 0; i < count; i++) {
    const string = at(i);
    text += string.length;
    if (text > XML_LIMITS.textBytes) throw unusable('Its string pool spells too much text.');
    strings.push(string);
  }
  return strings;
}

/** Reads single strings of a pool, for pools of which few are wanted. */
export function stringReader(chunk: Buffer): (index: number) => string {
  const header = chunk.readUInt16LE(2);
  const count = chunk.readUInt32LE(8);
  const utf8 = (chunk.readUInt32LE(16) & UTF8) !== 0;
  const start = chunk.readUInt32LE(20);
  return (index) => {
    if (index >= count) throw new RangeError('no such string');
    const at = start + chunk.readUInt32LE(header + index * 4);
    return utf8 ? readUtf8(chunk, at) : readUtf16(chunk, at);
  };
}

function readUtf8(chunk: Buffer, at: number): string {
  const characters = length8(chunk, at);
  const bytes = length8(chunk, characters.end);
  return slice(chunk, bytes.end, bytes.length).toString('utf8');
}

function readUtf16(chunk: Buffer, at: number): string {
  const first = chunk.readUInt16LE(at);
  const long = (first & 0x8000) !== 0;
  const length = long ? (first & 0x7fff) * 0x10000 + chunk.readUInt16LE(at + 2) : first;
  return slice(chunk, at + (long ? 4 : 2), length * 2).toString('utf16le');
}

function length8(chunk: Buffer, at: number): { length: number; end: number } {
  const first = chunk.readUInt8(at);
  if ((first & 0x80) === 0) return { length: first, end: at + 1 };
  return { length: ((first & 0x7f) << 8) | chunk.readUInt8(at + 1), end: at + 2 };
}

function slice(chunk: Buffer, start: number, length: number): Buffer {
  if (start + length > chunk.length) throw new RangeError('a string leaves its pool');
  return chunk.subarray(start, start + length);
}
