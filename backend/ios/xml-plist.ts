/**
 * Property lists in XML, from the events of a parser that knows built-in entities alone and fetches nothing.
 *
 * Source: Apple, `PropertyList-1.0.dtd`.
 */
import { isUtf8 } from 'node:buffer';
import { PLIST_LIMITS } from '../apk/limits.ts';
import { unusable } from '../apk/unusable.ts';
import { createXmlReader } from '../xml/xml-reader.ts';
import type { PlistDict, PlistValue } from './plist.ts';

type Open = { tag: string; value: PlistValue[] | PlistDict | null; key: string | null; text: string };

/** @throws DevicelaneError for a list made to harm, Error where it is damaged */
export function readXmlPlist(bytes: Buffer): PlistValue {
  if (!isUtf8(bytes)) throw new Error('it is not UTF-8');
  const open: Open[] = [];
  let root: PlistValue | undefined;
  let values = 0;
  const reader = createXmlReader({
    doctype(text) {
      // Apple's own names a public document type and stops there.
      if (text.includes('[') || text.includes('<')) throw unusable('Its property list declares entities.');
    },
    open(name) {
      if (open.length > PLIST_LIMITS.depth) throw unusable('Its property list is nested too deeply.');
      if (++values > PLIST_LIMITS.values * 2) throw unusable('Its property list has too many values.');
      if (open.length === 0 && name !== 'plist') throw new Error('it is no property list');
      open.push({ tag: name, value: name === 'dict' ? new Map() : name === 'array' ? [] : null, key: null, text: '' });
    },
    text(text) {
      const innermost = open.at(-1);
      if (innermost !== undefined) innermost.text += text;
    },
    close() {
      const closed = open.pop() as Open;
      const parent = open.at(-1);
      if (parent === undefined) return;
      if (closed.tag === 'key') parent.key = closed.text;
      else if (parent.tag === 'plist') root ??= plain(closed);
      else if (Array.isArray(parent.value)) parent.value.push(plain(closed));
      else if (parent.value instanceof Map && parent.key !== null) {
        parent.value.set(parent.key, plain(closed));
        parent.key = null;
      } else throw new Error('a value without a place');
    },
  });
  reader.write(bytes.toString('utf8'));
  reader.end();
  if (root === undefined) throw new Error('it is empty');
  return root;
}

function plain({ tag, value, text }: Open): PlistValue {
  if (value !== null) return value;
  if (tag === 'string') return text;
  if (tag === 'true' || tag === 'false') return tag === 'true';
  if (tag === 'integer' || tag === 'real') return Number(text);
  if (tag === 'date') return new Date(text);
  if (tag === 'data') return Buffer.from(text, 'base64');
  throw new Error('an element of an unknown kind');
}
