/**
 * Android's XML as protocol buffers, as `AndroidManifest.xml` is stored in a bundle.
 *
 * Gives the same elements as binary XML, so that one reader of manifests serves both.
 * Source: AOSP `frameworks/base/tools/aapt2/Resources.proto` (XmlNode, XmlElement, XmlAttribute, Item).
 */
import { attributeName } from '../apk/attribute-names.ts';
import { VALUE, type XmlAttribute, type XmlElement } from '../apk/binary-xml.ts';
import { XML_LIMITS } from '../apk/limits.ts';
import { isRefusal, unusable } from '../apk/unusable.ts';
import { type Field, fieldOf, fieldsOf, textOf } from './protobuf.ts';

const NODE = { element: 1 } as const;
const ELEMENT = { name: 3, attribute: 4, child: 5 } as const;
const ATTRIBUTE = { name: 2, value: 3, resourceId: 5, compiled: 6 } as const;
export const ITEM = { reference: 1, string: 2, raw: 3, styled: 4, file: 5, primitive: 7 } as const;
const REFERENCE = { id: 2 } as const;
const PRIMITIVE = { decimal: 6, hexadecimal: 7, boolean: 8 } as const;
/** The package id of the framework's own resources. */
const FRAMEWORK = 0x01;

/** @throws DevicelaneError `invalid_artifact` when it is not such XML or passes a limit */
export function parseProtoXml(bytes: Buffer): XmlElement {
  const seen = { elements: 0, attributes: 0 };
  try {
    const root = fieldOf(bytes, NODE.element);
    if (root === undefined) throw unusable('Its XML has no element.');
    return element(root.bytes, 0);
  } catch (error) {
    if (isRefusal(error)) throw error;
    throw unusable('Its XML is not what Android compiles into a bundle, or is damaged.', error);
  }

  function element(message: Buffer, depth: number): XmlElement {
    if (depth >= XML_LIMITS.depth) throw unusable('Its XML is nested too deeply.');
    const parsed: XmlElement = { name: '', attributes: [], children: [] };
    seen.elements += 1;
    for (const field of fieldsOf(message)) {
      if (field.number === ELEMENT.name) parsed.name = textOf(field);
      else if (field.number === ELEMENT.attribute) {
        seen.attributes += 1;
        parsed.attributes.push(attribute(field.bytes));
      } else if (field.number === ELEMENT.child) {
        const child = fieldOf(field.bytes, NODE.element);
        if (child !== undefined) parsed.children.push(element(child.bytes, depth + 1));
      }
      if (seen.elements > XML_LIMITS.elements || seen.attributes > XML_LIMITS.attributes) {
        throw unusable('Its XML has too many elements or attributes.');
      }
    }
    return parsed;
  }
}

function attribute(message: Buffer): XmlAttribute {
  const fields = new Map<number, Field>();
  for (const field of fieldsOf(message)) fields.set(field.number, field);
  const id = fields.get(ATTRIBUTE.resourceId)?.varint ?? 0;
  const written = textOf(fields.get(ATTRIBUTE.name));
  const compiled = fields.get(ATTRIBUTE.compiled);
  const text = textOf(fields.get(ATTRIBUTE.value));
  return {
    // As in binary XML: Android takes attributes by their ids.
    name: id >>> 24 === FRAMEWORK ? `android:${attributeName(id) ?? written}` : written.replaceAll(':', '_'),
    ...(compiled === undefined ? { type: VALUE.string, data: 0, text } : itemValue(compiled.bytes, text)),
  };
}

/** An Item's value in the terms of binary XML. */
export function itemValue(item: Buffer, text: string | null): Omit<XmlAttribute, 'name'> {
  for (const { number, bytes } of fieldsOf(item)) {
    if (number === ITEM.reference) {
      return { type: VALUE.reference, data: fieldOf(bytes, REFERENCE.id)?.varint ?? 0, text };
    }
    // Of a string, a raw and a styled string, and of a file reference, the first field is what it says.
    if (number === ITEM.string || number === ITEM.raw || number === ITEM.styled || number === ITEM.file) {
      return { type: VALUE.string, data: 0, text: textOf(fieldOf(bytes, 1)) };
    }
    if (number === ITEM.primitive) return { ...primitive(bytes), text };
  }
  return { type: 0, data: 0, text };
}

function primitive(message: Buffer): { type: number; data: number } {
  for (const { number, varint } of fieldsOf(message)) {
    if (number === PRIMITIVE.decimal) return { type: VALUE.integer, data: varint };
    if (number === PRIMITIVE.hexadecimal) return { type: VALUE.hex, data: varint };
    if (number === PRIMITIVE.boolean) return { type: VALUE.boolean, data: varint === 0 ? 0 : 0xffffffff };
  }
  return { type: 0, data: 0 };
}
