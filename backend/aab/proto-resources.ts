/**
 * Looks up single values in a bundle's resource table, `resources.pb`.
 *
 * Source: AOSP `frameworks/base/tools/aapt2/Resources.proto` (ResourceTable, Package, Type, Entry, ConfigValue) and
 * `Configuration.proto`.
 */
import { VALUE } from '../apk/binary-xml.ts';
import { PROTO_LIMITS } from '../apk/limits.ts';
import { type ResourceTable, type ResourceValue, resourceTable } from '../apk/resource-lookup.ts';
import { isRefusal, unusable } from '../apk/unusable.ts';
import { itemValue } from './proto-xml.ts';
import { fieldOf, fieldsOf, textOf } from './protobuf.ts';

const TABLE = { package: 2 } as const;
const PACKAGE = { id: 1, type: 3 } as const;
const TYPE = { id: 1, entry: 3 } as const;
const ENTRY = { id: 1, value: 6 } as const;
const CONFIG_VALUE = { configuration: 1, value: 2 } as const;
const VALUE_ITEM = 4;
const CONFIGURATION = { locale: 3, density: 18 } as const;
/** In PackageId, TypeId and EntryId. */
const ID = 1;

/** @throws DevicelaneError `invalid_artifact` when it is not a resource table */
export function readProtoResources(bytes: Buffer): ResourceTable {
  const types = new Map<number, Buffer>();
  let seen = 0;
  try {
    for (const each of fieldsOf(bytes)) {
      if (each.number !== TABLE.package) continue;
      const packageId = idOf(each.bytes, PACKAGE.id);
      for (const type of fieldsOf(each.bytes)) {
        if (type.number !== PACKAGE.type) continue;
        types.set(packageId * 256 + idOf(type.bytes, TYPE.id), type.bytes);
        if (++seen > PROTO_LIMITS.types) throw unusable('Its resources.pb has too many types.');
      }
    }
  } catch (error) {
    if (isRefusal(error)) throw error;
    throw unusable('Its resources.pb is damaged.', error);
  }
  return resourceTable(lookUp(types));
}

/** A type's entries are indexed when the first of them is asked for: most are of no interest. */
function lookUp(types: ReadonlyMap<number, Buffer>): (id: number) => ResourceValue[] {
  const indexed = new Map<number, Map<number, Buffer>>();
  return (id) => {
    const key = id >>> 16;
    let entries = indexed.get(key);
    if (entries === undefined) {
      entries = entriesOf(types.get(key) ?? Buffer.alloc(0));
      indexed.set(key, entries);
    }
    const entry = entries.get(id & 0xffff);
    return entry === undefined ? [] : valuesOf(entry);
  };
}

function entriesOf(type: Buffer): Map<number, Buffer> {
  const entries = new Map<number, Buffer>();
  let seen = 0;
  for (const { number, bytes } of fieldsOf(type)) {
    if (number !== TYPE.entry) continue;
    // Their ids have 16 bits: what comes after that many is no table of Android's.
    if (++seen > PROTO_LIMITS.entries) break;
    entries.set(idOf(bytes, ENTRY.id), bytes);
  }
  return entries;
}

function valuesOf(entry: Buffer): ResourceValue[] {
  const values: ResourceValue[] = [];
  for (const { number, bytes } of fieldsOf(entry)) {
    if (number !== ENTRY.value) continue;
    const value = fieldOf(bytes, CONFIG_VALUE.value);
    const item = value && fieldOf(value.bytes, VALUE_ITEM);
    if (item === undefined) continue;
    const { type, data, text } = itemValue(item.bytes, null);
    const configuration = fieldOf(bytes, CONFIG_VALUE.configuration)?.bytes ?? Buffer.alloc(0);
    values.push({ type, data, text: type === VALUE.string ? text : null, ...preferenceOf(configuration) });
    if (values.length >= PROTO_LIMITS.configurations) break;
  }
  return values;
}

/** As of a compiled table: 3 default, 2 English, 1 qualified but in no language, 0 another language. */
function preferenceOf(configuration: Buffer): { preference: number; density: number } {
  const locale = textOf(fieldOf(configuration, CONFIGURATION.locale));
  const density = fieldOf(configuration, CONFIGURATION.density)?.varint ?? 0;
  if (locale !== '') return { preference: /^en(?:-|$)/.test(locale) ? 2 : 0, density };
  return { preference: configuration.length === 0 ? 3 : 1, density };
}

function idOf(message: Buffer, number: number): number {
  const field = fieldOf(message, number);
  return field === undefined ? 0 : (fieldOf(field.bytes, ID)?.varint ?? 0);
}
