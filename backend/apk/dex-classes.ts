/**
 * The names of the classes that a dex file defines, as Java writes them: `com.example.AppTest`.
 *
 * Source: Android's "Dalvik executable format": header_item, string_ids, type_ids, class_defs. Every offset is one that a
 * stranger wrote; a lie ends in a refusal.
 */
import { isRefusal, unusable } from './unusable.ts';

const HEADER_BYTES = 0x70;
const CLASS_DEF_BYTES = 32;
/** Of a class in the top level of a package or nested; longer ones are nobody's tests. */
const MAX_NAME_BYTES = 1_000;

/** @throws DevicelaneError `invalid_artifact` when it is no dex file */
export function dexClasses(dex: Buffer): string[] {
  try {
    return readClasses(dex);
  } catch (error) {
    if (isRefusal(error)) throw error;
    throw unusable('A dex file in the zip is damaged.', error);
  }
}

/** @throws RangeError when an offset leads outside */
function readClasses(dex: Buffer): string[] {
  if (dex.length < HEADER_BYTES || dex.toString('latin1', 0, 4) !== 'dex\n') {
    throw unusable('A dex file in the zip does not begin as one.');
  }
  const table = (at: number) => ({ count: dex.readUInt32LE(at), offset: dex.readUInt32LE(at + 4) });
  const [strings, types, classes] = [table(0x38), table(0x40), table(0x60)];
  const names: string[] = [];
  for (let index = 0; index < classes.count; index += 1) {
    const type = dex.readUInt32LE(classes.offset + index * CLASS_DEF_BYTES);
    if (type >= types.count) throw new RangeError('a class has a type that is not there');
    const text = dex.readUInt32LE(types.offset + type * 4);
    if (text >= strings.count) throw new RangeError('a type has a name that is not there');
    const name = className(stringAt(dex, dex.readUInt32LE(strings.offset + text * 4)));
    if (name !== null) names.push(name);
  }
  return names;
}

/** A string_data_item: its length in UTF-16 units as ULEB128, then modified UTF-8 up to a zero byte. */
function stringAt(dex: Buffer, offset: number): string | null {
  let at = offset;
  while ((dex.readUInt8(at) & 0x80) !== 0) at += 1;
  const start = at + 1;
  const end = dex.indexOf(0, start);
  if (end < 0) throw new RangeError('a string has no end');
  return end - start > MAX_NAME_BYTES ? null : dex.toString('utf8', start, end);
}

function className(descriptor: string | null): string | null {
  const inner = /^L(.+);$/.exec(descriptor ?? '')?.[1];
  return inner === undefined ? null : inner.replaceAll('/', '.');
}
