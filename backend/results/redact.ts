/**
 * Takes known values out of what a farm sends back, before any of it is stored: as they are, and as JSON, XML, a URL and
 * base64 would write them.
 */

import type { FarmResults } from '../farms/port.ts';

const PUT_IN_PLACE = '***';
/** A line of a value with several is looked for by itself, if it is as long as this. */
const MIN_LINE = 8;

export type Redactor = {
  text(text: string): string;
  /** Values across the borders of pieces included. */
  stream(source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
};

export function createRedactor(values: readonly string[]): Redactor {
  const wanted = [...new Set(values.flatMap(waysToWrite))].sort((a, b) => b.length - a.length);
  const needles = wanted.map((text) => Buffer.from(text, 'utf8'));
  const longest = needles.reduce((max, { length }) => Math.max(max, length), 0);
  return {
    text: (text) => wanted.reduce((left, value) => left.replaceAll(value, PUT_IN_PLACE), text),
    async *stream(source) {
      if (needles.length === 0) {
        yield* source;
        return;
      }
      let held: Buffer<ArrayBufferLike> = Buffer.alloc(0);
      for await (const piece of source) {
        const bytes = Buffer.concat([held, piece]);
        // What begins after this may go on in the next piece.
        const until = Math.max(0, bytes.length - (longest - 1));
        const { clean, rest } = takeOut(bytes, needles, until);
        if (clean.length > 0) yield clean;
        held = rest;
      }
      const { clean } = takeOut(held, needles, held.length);
      if (clean.length > 0) yield clean;
    },
  };
}

export function redactResults(results: FarmResults, { text }: Redactor): FarmResults {
  const orNull = (value: string | null): string | null => value && text(value);
  const tests = results.tests.map((test) => ({
    ...test,
    suite: text(test.suite),
    name: text(test.name),
    message: orNull(test.message),
    stack: orNull(test.stack),
  }));
  return { ...results, tests };
}

function waysToWrite(value: string): string[] {
  const lines = value.split(/\r?\n/).filter((line) => line.length >= MIN_LINE);
  return [value, ...lines].flatMap((each) => [
    each,
    JSON.stringify(each).slice(1, -1),
    encodeURIComponent(each),
    each.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;'),
    each.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
    Buffer.from(each).toString('base64'),
    Buffer.from(each).toString('base64url'),
  ]);
}

/** Replaces what begins before `until`; `rest` is what may still be the beginning of something. */
function takeOut(bytes: Buffer, needles: readonly Buffer[], until: number): { clean: Buffer; rest: Buffer } {
  const kept: Buffer[] = [];
  let at = 0;
  for (;;) {
    const found = firstOf(bytes, needles, at);
    if (!found || found.at >= until) break;
    kept.push(bytes.subarray(at, found.at), Buffer.from(PUT_IN_PLACE));
    at = found.at + found.length;
  }
  const end = Math.max(at, until);
  kept.push(bytes.subarray(at, end));
  return { clean: Buffer.concat(kept), rest: bytes.subarray(end) };
}

/** Of several that begin at one place the longest: the needles are sorted so. */
function firstOf(bytes: Buffer, needles: readonly Buffer[], from: number): { at: number; length: number } | null {
  let first: { at: number; length: number } | null = null;
  for (const needle of needles) {
    const at = bytes.indexOf(needle, from);
    if (at >= 0 && (first === null || at < first.at)) first = { at, length: needle.length };
  }
  return first;
}
