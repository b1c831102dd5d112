import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deflateRaw } from 'pako';
import { functionOf, type NativeFunction } from '../../../testing/apks/native-code.ts';
import { type MachineName, nativeLibrary } from '../../../testing/apks/native-library.ts';
import { zipFile } from '../../../testing/apks/zip-file.ts';
import { difference, rebuilt } from '../../../testing/differences.ts';
import { blockSize, signComparable } from '../block-signatures.ts';
import { Malformed } from '../bytes.ts';
import { comparableForm } from '../comparable.ts';
import { copiedOf } from '../copied.ts';
import { findCopies } from '../find-copies.ts';
import { confirmedCopies } from './confirmed-copies.ts';
import { ElfFile } from './elf-file.ts';
import { writeReference } from './encode.ts';
import { pointNativeAnew } from './point-anew.ts';
import { KIND, type References } from './references.ts';
import { targetHashes } from './target-hashes.ts';
import { referencesOf } from './walk.ts';

const MACHINES: readonly MachineName[] = ['arm64', 'arm', 'x86_64', 'x86'];
const COUNT = 400;

const FUNCTIONS = Array.from({ length: COUNT }, (_, number) => functionOf(number, COUNT));
/** It stands before all others, and so does its text. */
const FIRST: NativeFunction = {
  name: 'first',
  numbers: [1, 2, 3],
  calls: ['function3', 'function5'],
  imports: ['import1'],
  texts: ['a text that is the first'],
  variables: ['variable0'],
};

const zip = (library: Uint8Array) =>
  zipFile([{ name: 'lib/any/libapp.so', content: library, compressed: deflateRaw(library, { level: 6 }) }]);

const opened = (library: Uint8Array): ElfFile => ElfFile.open(library) as ElfFile;

function tallyOf(file: ElfFile, references: References): Record<string, number> {
  const tally: Record<string, number> = {};
  for (let number = 0; number < references.count; number++) {
    const kind = Object.keys(KIND)[references.kindOf(number)];
    const target = references.target[number] as number;
    const to = target >= 2 ** 40 ? 'memory' : file.sectionAt(target)?.name;
    tally[`${kind} ${to}`] = (tally[`${kind} ${to}`] ?? 0) + 1;
  }
  return tally;
}

describe('the references of a library', () => {
  const used = { name: 'a', numbers: [7], calls: ['b'], imports: ['i'], texts: ['text', 'other'], variables: ['v'] };
  const other = { name: 'b', numbers: [], calls: [], imports: [], texts: [], variables: [] };
  const frames = {
    'sortedFromSection .text': 2,
    'sortedFromSection .eh_frame': 2,
    'back .eh_frame': 2,
    'fromHere .eh_frame': 1,
    'fromHere .text': 2,
    'fromHere .rodata': 2,
  };
  const linked = { 'sortedAddress .data.rel.ro': 2, 'sortedAddress .got.plt': 1, 'slot .plt': 1 };

  test.each<[MachineName, Record<string, number>]>([
    [
      'arm64',
      {
        ...frames,
        ...linked,
        'address .text': 4,
        'branch .text': 1,
        'branch .plt': 1,
        'page .rodata': 2,
        'inPage .rodata': 2,
        'page memory': 1,
        'inPageBy8 memory': 1,
        'page .got.plt': 1,
        'inPageBy8 .got.plt': 1,
        'inPage .got.plt': 1,
      },
    ],
    [
      'x86_64',
      {
        ...frames,
        ...linked,
        'address .text': 4,
        'fromCode .text': 1,
        'fromCode .plt': 1,
        'fromCode .rodata': 2,
        'fromCode memory': 1,
        'fromCode .got.plt': 1,
      },
    ],
    [
      'arm',
      {
        ...linked,
        'address .text': 2,
        'slot .text': 2,
        'sortedFromHere .text': 2,
        'sortedFromHere .ARM.extab': 2,
        'fromHereIn31 .plt': 2,
        'thumb .text': 1,
        'thumbToArm .plt': 1,
        'armStub .got.plt': 1,
        'fromCode .rodata': 2,
        'fromCode memory': 1,
      },
    ],
    [
      'x86',
      {
        ...frames,
        ...linked,
        'address .text': 2,
        'slot .text': 2,
        // Where a function finds out where it is, it calls what comes next.
        'fromCode .text': 3,
        'fromCode .plt': 1,
        'fromCode .got.plt': 2,
        'fromGlobals .rodata': 2,
      },
    ],
  ])('of %s are all found', async (machine, expected) => {
    const file = opened(nativeLibrary(machine, [used, other]));
    expect(tallyOf(file, await referencesOf(file))).toEqual(expected);
  });

  test.each(MACHINES)('of %s are the same when they are written again', async (machine) => {
    const library = nativeLibrary(machine, FUNCTIONS);
    const file = opened(Buffer.from(library));
    const references = await referencesOf(file);
    expect(references.count).toBeGreaterThan(COUNT * 5);
    for (let number = 0; number < references.count; number++) {
      const [at, target, base] = [references.at, references.target, references.base].map(
        (each) => each[number] as number,
      );
      const written = { at, target, base, kind: references.kindOf(number) } as Parameters<typeof writeReference>[1];
      expect(writeReference(file, written)).toBe(true);
    }
    expect(Buffer.from(file.bytes).equals(library)).toBe(true);
  });
});

describe.each(MACHINES)('a library of %s', (machine) => {
  const earlier = zip(nativeLibrary(machine, FUNCTIONS));

  test('with one function more, which moves all others, costs little, and is rebuilt byte for byte', async () => {
    const later = zip(nativeLibrary(machine, [FIRST, ...FUNCTIONS]));
    const frame = (await difference(earlier, later))!;
    expect(frame.length).toBeLessThan(later.length / 4);
    expect((await rebuilt(earlier, frame, later.length)).equals(later)).toBe(true);
  });

  test('with one function less as well', async () => {
    const before = zip(nativeLibrary(machine, [FIRST, ...FUNCTIONS]));
    const frame = (await difference(before, earlier))!;
    expect(frame.length).toBeLessThan(earlier.length / 4);
    expect((await rebuilt(before, frame, earlier.length)).equals(earlier)).toBe(true);
  });

  test('any two are the difference to each other, or go whole', async () => {
    const numbers = fc.uniqueArray(fc.nat(60), { minLength: 1, maxLength: 60 });
    // Each calls what is there.
    const libraryOf = (chosen: readonly number[]) =>
      zip(
        nativeLibrary(
          machine,
          chosen.map((number) => ({
            ...functionOf(number, COUNT),
            calls: [`function${chosen[number % chosen.length]}`],
          })),
        ),
      );
    let made = 0;
    await fc.assert(
      fc.asyncProperty(numbers, numbers, async (before, after) => {
        const [first, second] = [libraryOf(before), libraryOf(after)];
        const frame = await difference(first, second);
        if (!frame) return;
        made += 1;
        expect((await rebuilt(first, frame, second.length)).equals(second)).toBe(true);
      }),
      { seed: 11, numRuns: 40 },
    );
    expect(made).toBeGreaterThan(20);
  });

  test('comes back whatever bytes are changed, before or after', async () => {
    const few = Array.from({ length: 50 }, (_, number) => functionOf(number, 50));
    const [library, later] = [nativeLibrary(machine, few), nativeLibrary(machine, [FIRST, ...few])];
    // The end of the library says what all of it is, and so does its beginning.
    const at = fc.oneof(
      fc.nat(library.length - 1),
      fc.nat(1000).map((back) => library.length - 1 - back),
    );
    const byte = fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 4, 255));
    const changes = fc.array(fc.record({ at, byte, width: fc.constantFrom(1, 2, 8, 40) }), { maxLength: 10 });
    const changed = (bytes: Buffer, all: readonly { at: number; byte: number; width: number }[]) => {
      const copy = Buffer.from(bytes);
      for (const each of all) copy.fill(each.byte, each.at, Math.min(copy.length, each.at + each.width));
      return zip(copy);
    };
    await fc.assert(
      fc.asyncProperty(changes, changes, async (before, after) => {
        const [first, second] = [changed(library, before), changed(later, after)];
        const frame = await difference(first, second);
        if (frame) expect((await rebuilt(first, frame, second.length)).equals(second)).toBe(true);
      }),
      { seed: 12, numRuns: 60 },
    );
  });
});

describe('of what the client cannot know', () => {
  const library = nativeLibrary('arm64', FUNCTIONS);
  const later = nativeLibrary('arm64', [FIRST, ...FUNCTIONS]);
  const size = blockSize(library.length, 'comparable');

  async function pointed(hashes: (right: Buffer) => Buffer) {
    const [before, after] = [(await comparableForm(library))!, (await comparableForm(later))!];
    const found = findCopies(after.bytes, size, signComparable(before), after.confirming);
    const right = targetHashes(before.references!, library.length, size);
    const copied = copiedOf(confirmedCopies(found, after, hashes(right), size));
    const content = Buffer.from(later);
    for (const [copy, start] of copied.to.entries()) {
      const from = copied.from[copy] as number;
      content.set(library.subarray(from, from + (copied.length[copy] as number)), start);
    }
    await pointNativeAnew(content, library, copied);
    return { content, bytes: copied.length.reduce((sum, length) => sum + length, 0) };
  }

  test('nothing is copied with its references: hashes that say that it guesses wrong', async () => {
    const known = await pointed((right) => right);
    expect(known.content.equals(later)).toBe(true);
    expect(known.bytes).toBeGreaterThan(later.length * 0.7);
    const unknown = await pointed((right) => Buffer.alloc(right.length));
    expect(unknown.content.equals(later)).toBe(true);
    expect(unknown.bytes).toBeLessThan(known.bytes - 10_000);
  });
});

describe('what is no native library has no comparable form', () => {
  const library = nativeLibrary('arm64', FUNCTIONS);
  const table = Number(library.readBigUInt64LE(40));
  const altered = (alter: (copy: Buffer) => void): Buffer => {
    const copy = Buffer.from(library);
    alter(copy);
    return copy;
  };

  test.each<[string, Buffer]>([
    ['text', Buffer.alloc(2000, 'no library')],
    ['nothing', Buffer.alloc(0)],
    ['its header alone', library.subarray(0, 64)],
    ['one that is cut off', library.subarray(0, library.length - 100)],
    ['one of another machine', altered((copy) => copy.writeUInt16LE(243, 18))],
    ['one of another byte order', altered((copy) => copy.writeUInt8(2, 5))],
    ['one whose sections lie upon each other', altered((copy) => copy.writeBigUInt64LE(70n, table + 3 * 64 + 24))],
    ['one whose sections reach out of it', altered((copy) => copy.writeBigUInt64LE(2n ** 33n, table + 3 * 64 + 32))],
    ['one whose sections are nowhere', altered((copy) => copy.writeBigUInt64LE(2n ** 60n, 40))],
    ['one whose sections have no names', altered((copy) => copy.writeUInt16LE(999, 62))],
    ['one with too many sections', altered((copy) => copy.writeUInt16LE(60_000, 60))],
  ])('%s', async (_, content) => {
    expect(await comparableForm(content)).toBeNull();
  });
});

describe('what cannot be pointed anew is refused', () => {
  const library = nativeLibrary('x86_64', FUNCTIONS);
  const all = (length: number) => copiedOf([{ literal: 0, from: 0, length }]);

  test('of or to what is no native library', async () => {
    const none = Buffer.alloc(library.length, 1);
    await expect(pointNativeAnew(Buffer.from(library), none, all(100))).rejects.toThrow(Malformed);
    await expect(pointNativeAnew(none, library, all(100))).rejects.toThrow(Malformed);
  });

  test('a reference to what is not there any more', async () => {
    const shorter = nativeLibrary(
      'x86_64',
      FUNCTIONS.slice(0, 1).map((each) => ({ ...each, calls: [] })),
    );
    await expect(pointNativeAnew(Buffer.from(shorter), library, all(shorter.length))).rejects.toThrow(Malformed);
  });

  test.each(MACHINES)('or something is written: any copies of %s', async (machine) => {
    const [earlier, later] = [nativeLibrary(machine, FUNCTIONS), nativeLibrary(machine, [FIRST, ...FUNCTIONS])];
    const copy = fc.record({ literal: fc.nat(3000), from: fc.nat(earlier.length - 1), length: fc.nat(2000) });
    await fc.assert(
      fc.asyncProperty(fc.array(copy, { maxLength: 12 }), async (copies) => {
        let at = 0;
        const within = copies.filter(({ literal, from, length }) => {
          if (from + length > earlier.length || at + literal + length > later.length) return false;
          at += literal + length;
          return true;
        });
        await pointNativeAnew(Buffer.from(later), earlier, copiedOf(within)).catch((error: unknown) => {
          expect(error).toBeInstanceOf(Malformed);
        });
      }),
      { seed: 13, numRuns: 50 },
    );
  });
});

test('others have their turn while a library is walked through', async () => {
  const large = nativeLibrary(
    'arm64',
    Array.from({ length: 12_000 }, (_, number) => functionOf(number, 12_000)),
  );
  let turns = 0;
  let isOver = false;
  const count = (): void => {
    turns += 1;
    if (!isOver) setImmediate(count);
  };
  setImmediate(count);
  await comparableForm(large);
  isOver = true;
  expect(turns).toBeGreaterThan(5);
});
