/**
 * Looks up single values in an APK's compiled resource table: a label, a boolean, the path of an XML file.
 *
 * Configurations of other languages than English are left out: what remains a device with no better match would show.
 * Source: AOSP `ResourceTypes.h` (ResTable_header, ResTable_package, ResTable_type, ResTable_entry).
 */
import { chunks, VALUE } from './binary-xml.ts';
import { type ResourceTable, type ResourceValue, resourceTable } from './resource-lookup.ts';
import { stringReader } from './string-pool.ts';
import { isRefusal, unusable } from './unusable.ts';

const TABLE = 0x0002;
const STRING_POOL = 0x0001;
const PACKAGE = 0x0200;
const TYPE = 0x0201;
const SPARSE = 0x01;
const OFFSET16 = 0x02;
const NO_ENTRY = 0xffffffff;
const COMPLEX = 0x0001;
const COMPACT = 0x0008;

type Value = { type: number; data: number };
type TypeChunk = { bytes: Buffer; header: number; preference: number; density: number };

/** @throws DevicelaneError `invalid_artifact` when it is not a resource table */
export function readResourceTable(bytes: Buffer): ResourceTable {
  try {
    return read(bytes);
  } catch (error) {
    if (isRefusal(error)) throw error;
    throw unusable('Its resources.arsc is damaged.', error);
  }
}

function read(bytes: Buffer): ResourceTable {
  if (bytes.length < 12 || bytes.readUInt16LE(0) !== TABLE) throw unusable('Its resources.arsc is not a table.');
  let string: (index: number) => string = () => '';
  const types = new Map<number, TypeChunk[]>();
  for (const chunk of chunks(bytes, bytes.readUInt16LE(2))) {
    if (chunk.type === STRING_POOL) string = stringReader(chunk.bytes);
    if (chunk.type !== PACKAGE) continue;
    const packageId = chunk.bytes.readUInt32LE(8);
    for (const inner of chunks(chunk.bytes, chunk.header)) {
      if (inner.type !== TYPE) continue;
      const preference = preferenceOf(inner.bytes);
      if (preference === 0) continue;
      const key = packageId * 256 + inner.bytes.readUInt8(8);
      const known = types.get(key) ?? [];
      known.push({ bytes: inner.bytes, header: inner.header, preference, density: densityOf(inner.bytes) });
      types.set(key, known);
    }
  }

  return resourceTable((id) => {
    const values: ResourceValue[] = [];
    for (const type of types.get(id >>> 16) ?? []) {
      const value = entryOf(type, id & 0xffff);
      if (value === null) continue;
      const text = value.type === VALUE.string ? string(value.data) : null;
      values.push({ ...value, text, preference: type.preference, density: type.density });
    }
    return values;
  });
}

/** 3: default configuration, 2: English in any region, 1: qualified by something else but no language, 0: another language. */
function preferenceOf(type: Buffer): number {
  const config = type.subarray(20, 20 + type.readUInt32LE(20));
  const language = config.subarray(8, 10).toString('latin1');
  if (language === 'en') return 2;
  if (language !== '\0\0') return 0;
  return config.subarray(4).every((byte) => byte === 0) ? 3 : 1;
}

/** Dots per inch; 0 where the configuration says none. */
function densityOf(type: Buffer): number {
  const config = type.subarray(20, 20 + type.readUInt32LE(20));
  return config.length >= 16 ? config.readUInt16LE(14) : 0;
}

function entryOf({ bytes, header }: TypeChunk, index: number): Value | null {
  const offset = entryOffset(bytes, header, index);
  if (offset === null) return null;
  const at = bytes.readUInt32LE(16) + offset;
  const flags = bytes.readUInt16LE(at + 2);
  if ((flags & COMPACT) !== 0) return { type: flags >>> 8, data: bytes.readUInt32LE(at + 4) };
  if ((flags & COMPLEX) !== 0) return null;
  const value = at + bytes.readUInt16LE(at);
  return { type: bytes.readUInt8(value + 3), data: bytes.readUInt32LE(value + 4) };
}

function entryOffset(bytes: Buffer, header: number, index: number): number | null {
  const flags = bytes.readUInt8(9);
  const count = bytes.readUInt32LE(12);
  if ((flags & SPARSE) !== 0) {
    for (let i = 0; i < count; i++) {
      if (bytes.readUInt16LE(header + i * 4) === index) return bytes.readUInt16LE(header + i * 4 + 2) * 4;
    }
    return null;
  }
  if (index >= count) return null;
  if ((flags & OFFSET16) !== 0) {
    const short = bytes.readUInt16LE(header + index * 2);
    return short === 0xffff ? null : short * 4;
  }
  const offset = bytes.readUInt32LE(header + index * 4);
  return offset === NO_ENTRY ? null : offset;
}
