/**
 * Looks up single values in an APK's compiled resource table: a label, a boolean, the path of an XML file.
 *
 * Only the default configuration and English are read: what a device with no better match would show.
 * Source: AOSP `ResourceTypes.h` (ResTable_header, ResTable_package, ResTable_type, ResTable_entry).
 */
import { chunks, VALUE } from './binary-xml.ts';
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
/** References to references, so that a circle ends. */
const MAX_HOPS = 8;

type Value = { type: number; data: number };
type TypeChunk = { bytes: Buffer; header: number; preference: number };

export type ResourceTable = {
  /** The text of a string or file resource, null when there is none. */
  text(id: number): string | null;
  boolean(id: number): boolean | null;
  integer(id: number): number | null;
};

/** The table of an APK that has none, or one too large to read. */
export const NO_RESOURCES: ResourceTable = { text: () => null, boolean: () => null, integer: () => null };

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
      known.push({ bytes: inner.bytes, header: inner.header, preference });
      types.set(key, known);
    }
  }

  function find(id: number): Value | null {
    const candidates = (types.get(id >>> 16) ?? []).toSorted((a, b) => b.preference - a.preference);
    for (const type of candidates) {
      const value = entryOf(type, id & 0xffff);
      if (value !== null) return value;
    }
    return null;
  }

  function resolve(id: number): Value | null {
    let value = find(id);
    for (let hop = 0; value?.type === VALUE.reference; hop++) {
      if (hop === MAX_HOPS) return null;
      value = find(value.data);
    }
    return value;
  }

  function guarded<T>(id: number, pick: (value: Value) => T | null): T | null {
    try {
      const value = resolve(id);
      return value === null ? null : pick(value);
    } catch {
      // One damaged entry leaves one reference unresolved; the manifest itself is whole.
      return null;
    }
  }

  return {
    text: (id) => guarded(id, (value) => (value.type === VALUE.string ? string(value.data) : null)),
    boolean: (id) => guarded(id, (value) => (value.type === VALUE.boolean ? value.data !== 0 : null)),
    integer: (id) =>
      guarded(id, (value) => (value.type === VALUE.integer || value.type === VALUE.hex ? value.data : null)),
  };
}

/** 3: default configuration, 2: English in any region, 1: qualified by something else but no language, 0: another language. */
function preferenceOf(type: Buffer): number {
  const config = type.subarray(20, 20 + type.readUInt32LE(20));
  const language = config.subarray(8, 10).toString('latin1');
  if (language === 'en') return 2;
  if (language !== '\0\0') return 0;
  return config.subarray(4).every((byte) => byte === 0) ? 3 : 1;
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
