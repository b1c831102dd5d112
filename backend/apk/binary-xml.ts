/**
 * Android's binary XML, as `AndroidManifest.xml` is stored in an APK.
 *
 * Written here because the library at hand takes attributes by name: Android takes them by resource id, so that a file
 * with emptied names installs and would look harmless. It also drops the first string and edits version names.
 * Source: AOSP `ResourceTypes.h` (ResChunk_header, ResXMLTree_node, ResXMLTree_attrExt, Res_value).
 */
import { attributeName } from './attribute-names.ts';
import { XML_LIMITS } from './limits.ts';
import { readStringPool } from './string-pool.ts';
import { isRefusal, unusable } from './unusable.ts';

const XML = 0x0003;
const STRING_POOL = 0x0001;
const RESOURCE_MAP = 0x0180;
const START_ELEMENT = 0x0102;
const END_ELEMENT = 0x0103;
/** The package id of the framework's own resources. */
const FRAMEWORK = 0x01;

export const VALUE = { reference: 0x01, string: 0x03, integer: 0x10, hex: 0x11, boolean: 0x12 } as const;

export type XmlAttribute = {
  /** `android:…` only where the attribute carries a framework resource id; any other name has no colon. */
  name: string;
  /** One of VALUE or another type of Res_value. */
  type: number;
  /** A reference's id, an integer, 0 or 0xffffffff for a boolean. */
  data: number;
  text: string | null;
};

export type XmlElement = { name: string; attributes: XmlAttribute[]; children: XmlElement[] };

/** @throws DevicelaneError `invalid_artifact` when it is not binary XML or passes a limit */
export function parseBinaryXml(bytes: Buffer): XmlElement {
  try {
    return parse(bytes);
  } catch (error) {
    if (isRefusal(error)) throw error;
    throw unusable('Its binary XML is damaged.', error);
  }
}

function parse(bytes: Buffer): XmlElement {
  if (bytes.length < 8 || bytes.readUInt16LE(0) !== XML) throw unusable('Its binary XML is not what Android compiles.');
  let strings: readonly string[] = [];
  let resourceIds: number[] = [];
  let root: XmlElement | null = null;
  const open: XmlElement[] = [];
  const seen = { elements: 0, attributes: 0 };

  for (const chunk of chunks(bytes, bytes.readUInt16LE(2))) {
    if (chunk.type === STRING_POOL && strings.length === 0) strings = readStringPool(chunk.bytes);
    else if (chunk.type === RESOURCE_MAP) resourceIds = readIds(chunk.bytes);
    else if (chunk.type === END_ELEMENT) open.pop();
    else if (chunk.type === START_ELEMENT) {
      const element = readElement(chunk.bytes, strings, resourceIds);
      seen.elements += 1;
      seen.attributes += element.attributes.length;
      if (seen.elements > XML_LIMITS.elements || seen.attributes > XML_LIMITS.attributes) {
        throw unusable('Its binary XML has too many elements or attributes.');
      }
      if (open.length >= XML_LIMITS.depth) throw unusable('Its binary XML is nested too deeply.');
      open.at(-1)?.children.push(element);
      open.push(element);
      root ??= element;
    }
  }
  if (root === null) throw unusable('Its binary XML has no element.');
  return root;
}

/** The chunks between `from` and the end. Each must be whole and at least as long as its header, so that this ends. */
export function* chunks(bytes: Buffer, from: number): Generator<{ type: number; header: number; bytes: Buffer }> {
  for (let at = from; at + 8 <= bytes.length; ) {
    const header = bytes.readUInt16LE(at + 2);
    const size = bytes.readUInt32LE(at + 4);
    if (header < 8 || size < header || at + size > bytes.length) throw new RangeError('a chunk leaves its file');
    yield { type: bytes.readUInt16LE(at), header, bytes: bytes.subarray(at, at + size) };
    at += size;
  }
}

function readIds(chunk: Buffer): number[] {
  const ids: number[] = [];
  for (let at = chunk.readUInt16LE(2); at + 4 <= chunk.length; at += 4) ids.push(chunk.readUInt32LE(at));
  return ids;
}

function readElement(chunk: Buffer, strings: readonly string[], resourceIds: number[]): XmlElement {
  const extension = chunk.readUInt16LE(2);
  const element: XmlElement = { name: strings[chunk.readUInt32LE(extension + 4)] ?? '', attributes: [], children: [] };
  const start = extension + chunk.readUInt16LE(extension + 8);
  const size = chunk.readUInt16LE(extension + 10);
  const count = chunk.readUInt16LE(extension + 12);
  if (count > 0 && size < 20) throw new RangeError('an attribute is shorter than its fields');
  for (let i = 0; i < count; i++) {
    const at = start + i * size;
    const nameIndex = chunk.readUInt32LE(at + 4);
    const id = resourceIds[nameIndex] ?? 0;
    const written = strings[nameIndex] ?? '';
    const type = chunk.readUInt8(at + 15);
    const data = chunk.readUInt32LE(at + 16);
    element.attributes.push({
      name: id >>> 24 === FRAMEWORK ? `android:${attributeName(id) ?? written}` : written.replaceAll(':', '_'),
      type,
      data,
      text: type === VALUE.string ? (strings[data] ?? '') : (strings[chunk.readUInt32LE(at + 8)] ?? null),
    });
  }
  return element;
}
