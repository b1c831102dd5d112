import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deflateRaw } from 'pako';
import { apiDemos, sourceOf } from '../../../testing/apks/apk-file.ts';
import { classOf } from '../../../testing/apks/code-classes.ts';
import { codeFile } from '../../../testing/apks/code-file.ts';
import { zipFile } from '../../../testing/apks/zip-file.ts';
import { difference, rebuilt } from '../../../testing/differences.ts';
import { turnsDuring } from '../../../testing/turns.ts';
import { ByteWriter, Malformed } from '../bytes.ts';
import { comparableForm } from '../comparable.ts';
import { inflateContent } from '../inflate-content.ts';
import { readLayout } from '../zip-layout.ts';
import { pointDexAnew } from './point-anew.ts';

const zip = (code: Uint8Array) =>
  zipFile([{ name: 'classes.dex', content: code, compressed: deflateRaw(code, { level: 6 }) }]);

const CLASSES = Array.from({ length: 50 }, (_, number) => classOf(number));
/** It stands before all others in each table, and its code as well. */
const FIRST = classOf(51, { name: 'a/First', note: 'a first note', fields: ['a', 'b', 'c'] });
const EARLIER = codeFile(CLASSES);
const LATER = codeFile([FIRST, ...CLASSES]);

/** Copied as it is, from the beginning of one file to that of the other. */
const allOf = (code: Uint8Array) => ({
  to: Float64Array.of(0),
  from: Float64Array.of(0),
  length: Float64Array.of(code.length),
});

async function realCode(): Promise<Buffer> {
  const source = sourceOf(apiDemos());
  const entry = (await readLayout(source))!.entries.find(({ name }) => name.toString() === 'classes.dex')!;
  return inflateContent(await source.read(entry.dataOffset, entry.dataLength), entry.contentLength);
}

describe('one class more', () => {
  test('changes most bytes, and few of the comparable form', async () => {
    const [before, after] = [(await comparableForm(EARLIER))!, (await comparableForm(LATER))!];
    const linesOf = (bytes: Uint8Array) => {
      const text = Buffer.from(bytes).toString('latin1');
      return new Set(Array.from({ length: text.length - 31 }, (_, at) => text.slice(at, at + 32)));
    };
    const shareOf = (later: Uint8Array, earlier: Uint8Array) => {
      const [known, all] = [linesOf(earlier), [...linesOf(later)]];
      return all.filter((line) => known.has(line)).length / all.length;
    };
    expect(shareOf(LATER, EARLIER)).toBeLessThan(0.3);
    expect(shareOf(after.bytes, before.bytes)).toBeGreaterThan(0.8);
  });

  test('costs that class, and is rebuilt byte for byte', async () => {
    const [earlier, later] = [zip(EARLIER), zip(LATER)];
    const frame = (await difference(earlier, later))!;
    expect(frame.length).toBeLessThan(later.length / 3);
    expect((await rebuilt(earlier, frame, later.length)).equals(later)).toBe(true);
  });

  test('one class less as well', async () => {
    const [earlier, later] = [zip(LATER), zip(EARLIER)];
    const frame = (await difference(earlier, later))!;
    expect(frame.length).toBeLessThan(later.length / 3);
    expect((await rebuilt(earlier, frame, later.length)).equals(later)).toBe(true);
  });
});

test('any two files of code are the difference to each other, or go whole', async () => {
  const classes = fc.uniqueArray(
    fc
      .record({ number: fc.nat(60), fields: fc.subarray(['field0', 'field1', 'x']), isNoted: fc.boolean() })
      .map(({ number, fields, isNoted }) =>
        classOf(number, { fields, ...(isNoted ? {} : { note: `n${number % 3}` }) }),
      ),
    { selector: ({ name }) => name, maxLength: 30 },
  );
  let made = 0;
  await fc.assert(
    fc.asyncProperty(classes, classes, async (before, after) => {
      const [earlier, later] = [zip(codeFile(before)), zip(codeFile(after))];
      const frame = await difference(earlier, later);
      if (!frame) return;
      made += 1;
      expect((await rebuilt(earlier, frame, later.length)).equals(later)).toBe(true);
    }),
    { numRuns: 40, seed: 1 },
  );
  expect(made).toBeGreaterThan(20);
});

test('whatever bytes are changed, before or after, the later file comes back', async () => {
  const damage = fc.array(fc.record({ at: fc.nat(LATER.length - 1), byte: fc.nat(255) }), { maxLength: 6 });
  const damaged = (code: Buffer, changes: { at: number; byte: number }[]) => {
    const copy = Buffer.from(code);
    for (const { at, byte } of changes) copy[at % copy.length] = byte;
    return copy;
  };
  await fc.assert(
    fc.asyncProperty(damage, damage, async (before, after) => {
      const [earlier, later] = [zip(damaged(EARLIER, before)), zip(damaged(LATER, after))];
      const frame = await difference(earlier, later);
      if (frame) expect((await rebuilt(earlier, frame, later.length)).equals(later)).toBe(true);
    }),
    { numRuns: 40, seed: 2 },
  );
});

test('a real app refers to the same things as it does itself', async () => {
  const code = await realCode();
  const content = Buffer.from(code);
  await pointDexAnew(content, code, allOf(code));
  expect(content.equals(code)).toBe(true);
  // Most of its bytes refer to nothing, and stay.
  const { bytes, isInside } = (await comparableForm(code))!;
  const changed = bytes.reduce((sum, byte, at) => sum + (byte === code[at] ? 0 : 1), 0);
  expect(changed / code.length).toBeGreaterThan(0.2);
  expect(changed / code.length).toBeLessThan(0.6);
  expect(isInside.reduce((sum, each) => sum + each, 0)).toBeGreaterThan(code.length / 10);
});

test('others have their turn while a real app is walked through', async () => {
  const code = await realCode();
  const turns = await turnsDuring(() => comparableForm(code));
  expect(turns).toBeGreaterThan(10);
});

describe('what is no dex file has no comparable form', () => {
  const patched = (change: (code: Buffer) => void) => {
    const code = Buffer.from(EARLIER);
    change(code);
    return code;
  };
  const map = EARLIER.readUInt32LE(0x34);
  test.each([
    ['nothing', Buffer.alloc(0)],
    ['a text', Buffer.from('x'.repeat(500))],
    ['a header alone', EARLIER.subarray(0, 0x70)],
    ['one of another version', patched((code) => code.write('041', 4))],
    ['one that is cut off', EARLIER.subarray(0, -100)],
    ['one whose map lies outside', patched((code) => code.writeUInt32LE(0x7fffffff, 0x34))],
    ['one with a map of endless sections', patched((code) => code.writeUInt32LE(0xffffffff, map))],
    ['one with endless strings', patched((code) => code.writeUInt32LE(0xffffffff, map + 4 + 12 + 4))],
  ])('%s', async (_, code) => {
    expect(await comparableForm(code)).toBeNull();
  });

  test.each([
    ['one with more methods than a file can have', 600_000, null],
    ['but not one with as many as it can', 500_000, expect.anything()],
  ])('%s', async (_, methods, form) => {
    const code = Buffer.alloc(0x90 + 8 + 3 * methods, 1);
    code.write('dex\n035\0', 'latin1');
    code.writeUInt32LE(0x70, 0x34);
    for (const [at, value] of [1, 0x2000, 1, 0x80].entries()) code.writeUInt32LE(value, 0x70 + 4 * at);
    // No fields, so many methods of one kind, and none of the other.
    Buffer.from(new ByteWriter().number(0).number(0).number(methods).number(0).take()).copy(code, 0x80);
    expect(await comparableForm(code)).toEqual(form);
  });

  test('one in which all strings are alike, which would take for ever to tell apart', async () => {
    const strings = 400_000;
    const code = Buffer.alloc(0x70 + 4 + 12 + 2 * strings);
    code.write('dex\n035\0', 'latin1');
    code.writeUInt32LE(0x70, 0x34);
    code.writeUInt32LE(1, 0x70);
    code.writeUInt32LE(0x2002, 0x74);
    code.writeUInt32LE(strings, 0x78);
    code.writeUInt32LE(0x80, 0x7c);
    expect(await comparableForm(code)).toBeNull();
  });
});

describe('what cannot be pointed anew is refused', () => {
  test('of or to what is no dex file', async () => {
    const text = Buffer.from('x'.repeat(500));
    await expect(pointDexAnew(Buffer.from(EARLIER), text, allOf(EARLIER))).rejects.toThrow(Malformed);
    await expect(pointDexAnew(text, EARLIER, allOf(text))).rejects.toThrow(Malformed);
  });

  test('a reference to what is not there any more', async () => {
    const content = codeFile(CLASSES.slice(10));
    const length = Math.min(content.length, EARLIER.length) - 0x70;
    const copied = { to: Float64Array.of(0x70), from: Float64Array.of(0x70), length: Float64Array.of(length) };
    await expect(pointDexAnew(content, EARLIER, copied)).rejects.toThrow(Malformed);
  });
});

test('a type is not taken for the string that it is called by', async () => {
  const { bytes } = (await comparableForm(EARLIER))!;
  const table = (type: number) => {
    const map = EARLIER.readUInt32LE(0x34);
    for (let at = map + 4; ; at += 12) if (EARLIER.readUInt16LE(at) === type) return EARLIER.readUInt32LE(at + 8);
  };
  const typeAt = table(2);
  const stringAt = table(1) + 4 * EARLIER.readUInt32LE(typeAt);
  expect(Buffer.from(bytes.subarray(typeAt, typeAt + 4))).not.toEqual(
    Buffer.from(bytes.subarray(stringAt, stringAt + 4)),
  );
});
