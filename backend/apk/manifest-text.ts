/** A parsed binary XML as text that a person can read. */
import { VALUE, type XmlAttribute, type XmlElement } from './binary-xml.ts';
import { XML_LIMITS } from './limits.ts';

/** Renders at most 2 MiB of characters and says so where it stops. */
export function renderXml(root: XmlElement): string {
  const lines: string[] = ['<?xml version="1.0" encoding="utf-8"?>'];
  let size = 0;

  function line(text: string): boolean {
    size += text.length + 1;
    if (size > XML_LIMITS.rendered) return false;
    lines.push(text);
    return true;
  }

  function element(node: XmlElement, depth: number): boolean {
    const indent = '  '.repeat(depth);
    const attributes = node.attributes.map((attribute) => ` ${name(attribute.name)}="${escaped(literal(attribute))}"`);
    const namespace = depth === 0 ? ' xmlns:android="http://schemas.android.com/apk/res/android"' : '';
    const head = `${indent}<${name(node.name)}${namespace}${attributes.join('')}`;
    if (node.children.length === 0) return line(`${head}/>`);
    return (
      line(`${head}>`) &&
      node.children.every((child) => element(child, depth + 1)) &&
      line(`${indent}</${name(node.name)}>`)
    );
  }

  if (!element(root, 0)) lines.push('<!-- the rest is left out: it is too long -->');
  return `${lines.join('\n')}\n`;
}

function literal({ type, data, text }: XmlAttribute): string {
  if (type === VALUE.string) return text ?? '';
  if (type === VALUE.boolean) return data === 0 ? 'false' : 'true';
  if (type === VALUE.integer) return String(data | 0);
  const hex = `0x${data.toString(16).padStart(8, '0')}`;
  return type === VALUE.reference ? `@${hex}` : hex;
}

/** A hostile name must not end the tag it stands in. */
function name(text: string): string {
  return text.replace(/[^\w:.-]/g, '_') || '_';
}

function escaped(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', '\n': '&#10;' };
  return text.replace(/[&<>"\n]/g, (character) => entities[character] as string).replace(/\p{Cc}/gu, '\ufffd');
}
