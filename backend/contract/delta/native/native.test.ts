import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deflateRaw } from 'pako';
import { functionOf, type NativeFunction } from '../../../testing/apks/native-code.ts';
import { type MachineName, nativeLibrary } from '../../../testing/apks/native-library.ts';
import { nativeProgram } from '../../../testing/apks/native-program.ts';
import { zipFile } from '../../../testing/apks/zip-file.ts';
import { difference, rebuilt } from '../../../testing/differences.ts';
import { turnsDuring } from '../../../testing/turns.ts';
import { blockSize, signComparable } from '../block-signatures.ts';
import { Malformed } from '../bytes.ts';
import { comparableForm } from '../comparable.ts';
import { copiedOf } from '../copied.ts';
import { findCopies } from '../find-copies.ts';
import { confirmedCopies } from './confirmed-copies.ts';
import { writeReference } from './encode.ts';
import { NativeFile } from './native-file.ts';
import { pointNativeAnew } from './point-anew.ts';
import { KIND, type References } from './references.ts';
import { targetHashes } from './target-hashes.ts';
import { referencesOf } from './walk.ts';

type Make = (functions: readonly NativeFunction[]) => Buffer;
const library =
  (machine: MachineName): Make =>
  (functions) =>
    nativeLibrary(machine, functions);
const ALL: readonly [string, Make][] = [
  ['a library of arm64', library('arm64')],
  ['a library of arm', library('arm')],
  ['a library of x86_64', library('x86_64')],
  ['a library of x86', library('x86')],
  ['a library of arm64 with packed relocations', (functions) => nativeLibrary('arm64', functions, true)],
  ['a program with rebases', (functions) => nativeProgram('rebases', functions)],
  ['a program with chains', (functions) => nativeProgram('chains', functions)],
];

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

const opened = (library: Uint8Array): NativeFile => NativeFile.open(library) as NativeFile;

function tallyOf(file: NativeFile, references: References): Record<string, number> {
  const tally: Record<string, number> = {};
  for (let number = 0; number < references.count; number++) {
    const kind = Object.keys(KIND)[references.kindOf(number)];
    const target = references.target[number] as number;
    const to = target >= 2 ** 40 ? 'memory' : file.sectionAt(target)?.kind;
    tally[`${kind} ${to}`] = (tally[`${kind} ${to}`] ?? 0) + 1;
  }
  return tally;
}

describe('the references of a library', () => {
  const used = { name: 'a', numbers: [7], calls: ['b'], imports: ['i'], texts: ['text', 'other'], variables: ['v'] };
  const other = { name: 'b', numbers: [], calls: [], imports: [], texts: [], variables: [] };
  const frames = {
    'sortedFromSection code': 2,
    'sortedFromSection frames': 2,
    'back frames': 2,
    'fromHere frames': 1,
    'fromHere code': 2,
    'fromHere data': 2,
  };
  /** Of ARM64. */
  const code = {
    'branch code': 1,
    'branch stubs': 1,
    'page data': 3,
    'inPage data': 3,
    'inPageBy8 data': 1,
    'page memory': 1,
    'inPageBy8 memory': 1,
  };
  const program = {
    ...code,
    'fromNames undefined': 3,
    'address code': 2,
    'pageHash memory': 9,
  };
  // Two functions in a table, and a stub's slot.
  const linked = { 'sortedAddress data': 3, 'slot stubs': 1 };

  test.each<[string, Record<string, number>]>([
    [
      'a library of arm64',
      {
        ...frames,
        ...linked,
        'address code': 4,
        ...code,
      },
    ],
    [
      'a library of x86_64',
      {
        ...frames,
        ...linked,
        'address code': 4,
        'fromCode code': 1,
        'fromCode stubs': 1,
        'fromCode data': 3,
        'fromCode memory': 1,
      },
    ],
    [
      'a library of arm',
      {
        ...linked,
        'address code': 2,
        'slot code': 2,
        'sortedFromHere code': 2,
        'sortedFromHere data': 2,
        'fromHereIn31 stubs': 2,
        'thumb code': 1,
        'thumbToArm stubs': 1,
        'armStub data': 1,
        'fromCode data': 2,
        'fromCode memory': 1,
      },
    ],
    [
      'a library of x86',
      {
        ...frames,
        ...linked,
        'address code': 2,
        'slot code': 2,
        // Where a function finds out where it is, it calls what comes next.
        'fromCode code': 3,
        'fromCode stubs': 1,
        'fromCode data': 2,
        'fromGlobals data': 2,
      },
    ],
    [
      'a library of arm64 with packed relocations',
      {
        ...frames,
        'sortedAddress data': 2,
        'slot stubs': 1,
        'slot code': 2,
        'address code': 2,
        ...code,
      },
    ],
    ['a program with rebases', { ...program, 'slot code': 2, 'slot data': 2 }],
    ['a program with chains', { ...program, 'packedSlot code': 2, 'packedSlot data': 2 }],
  ])('of %s are all found', async (name, expected) => {
    const make = ALL.find(([each]) => each === name)![1];
    const file = opened(make([used, other]));
    expect(tallyOf(file, await referencesOf(file))).toEqual(expected);
  });

  test.each(ALL)('of %s are the same when they are written again', async (_, make) => {
    const whole = make(FUNCTIONS);
    const file = opened(Buffer.from(whole));
    const references = await referencesOf(file);
    expect(references.count).toBeGreaterThan(COUNT * 5);
    for (let number = 0; number < references.count; number++) {
      const [at, target, base] = [references.at, references.target, references.base].map(
        (each) => each[number] as number,
      );
      const written = { at, target, base, kind: references.kindOf(number) } as Parameters<typeof writeReference>[1];
      expect(writeReference(file, written)).toBe(true);
    }
    expect(Buffer.from(file.bytes).equals(whole)).toBe(true);
  });
});

describe.each(ALL)('%s', (_, make) => {
  const earlier = zip(make(FUNCTIONS));

  test('with one function more, which moves all others, costs little, and is rebuilt byte for byte', async () => {
    const later = zip(make([FIRST, ...FUNCTIONS]));
    const frame = (await difference(earlier, later))!;
    expect(frame.length).toBeLessThan(later.length / 4);
    expect((await rebuilt(earlier, frame, later.length)).equals(later)).toBe(true);
  });

  test('with one function less as well', async () => {
    const before = zip(make([FIRST, ...FUNCTIONS]));
    const frame = (await difference(before, earlier))!;
    expect(frame.length).toBeLessThan(earlier.length / 4);
    expect((await rebuilt(before, frame, earlier.length)).equals(earlier)).toBe(true);
  });

  test('any two are the difference to each other, or go whole', async () => {
    const numbers = fc.uniqueArray(fc.nat(60), { minLength: 1, maxLength: 60 });
    // Each calls what is there.
    const libraryOf = (chosen: readonly number[]) =>
      zip(
        make(
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
    const [before, after] = [make(few), make([FIRST, ...few])];
    // The end of the library says what all of it is, and so does its beginning.
    const at = fc.oneof(
      fc.nat(before.length - 1),
      fc.nat(1000),
      fc.nat(1000).map((back) => before.length - 1 - back),
    );
    const byte = fc.oneof(fc.nat(255), fc.constantFrom(0, 1, 4, 255));
    const changes = fc.array(fc.record({ at, byte, width: fc.constantFrom(1, 2, 8, 40) }), { maxLength: 10 });
    const changed = (bytes: Buffer, all: readonly { at: number; byte: number; width: number }[]) => {
      const copy = Buffer.from(bytes);
      for (const each of all) copy.fill(each.byte, each.at, Math.min(copy.length, each.at + each.width));
      return zip(copy);
    };
    await fc.assert(
      fc.asyncProperty(changes, changes, async (ofBefore, ofAfter) => {
        const [first, second] = [changed(before, ofBefore), changed(after, ofAfter)];
        const frame = await difference(first, second);
        if (frame) expect((await rebuilt(first, frame, second.length)).equals(second)).toBe(true);
      }),
      { seed: 12, numRuns: 60 },
    );
  });
});

describe('of what the client cannot know', () => {
  const earlier = nativeLibrary('arm64', FUNCTIONS);
  const later = nativeLibrary('arm64', [FIRST, ...FUNCTIONS]);
  const size = blockSize(earlier.length, 'comparable');

  async function pointed(hashes: (right: Buffer) => Buffer) {
    const [before, after] = [(await comparableForm(earlier))!, (await comparableForm(later))!];
    const found = findCopies(after.bytes, size, await signComparable(before), after.confirming);
    const right = targetHashes(before.references!, earlier.length, size);
    const copied = copiedOf(confirmedCopies(found, after.references!, after.isInside, hashes(right), size));
    const content = Buffer.from(later);
    for (const [copy, start] of copied.to.entries()) {
      const from = copied.from[copy] as number;
      content.set(earlier.subarray(from, from + (copied.length[copy] as number)), start);
    }
    await pointNativeAnew(content, earlier, copied);
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
  const whole = nativeLibrary('arm64', FUNCTIONS);
  const table = Number(whole.readBigUInt64LE(40));
  const altered = (alter: (copy: Buffer) => void): Buffer => {
    const copy = Buffer.from(whole);
    alter(copy);
    return copy;
  };

  const program = nativeProgram('rebases', FUNCTIONS);
  const rebases = program.indexOf(Buffer.from([0x11, 0x21]));
  const alteredProgram = (alter: (copy: Buffer) => void): Buffer => {
    const copy = Buffer.from(program);
    alter(copy);
    return copy;
  };

  test.each<[string, Buffer]>([
    ['text', Buffer.alloc(2000, 'no library')],
    ['nothing', Buffer.alloc(0)],
    ['its header alone', whole.subarray(0, 64)],
    ['one that is cut off', whole.subarray(0, whole.length - 100)],
    ['one of another machine', altered((copy) => copy.writeUInt16LE(243, 18))],
    ['one of another byte order', altered((copy) => copy.writeUInt8(2, 5))],
    ['one whose sections lie upon each other', altered((copy) => copy.writeBigUInt64LE(70n, table + 3 * 64 + 24))],
    ['one whose sections reach out of it', altered((copy) => copy.writeBigUInt64LE(2n ** 33n, table + 3 * 64 + 32))],
    ['one whose sections are nowhere', altered((copy) => copy.writeBigUInt64LE(2n ** 60n, 40))],
    ['one whose sections have no names', altered((copy) => copy.writeUInt16LE(999, 62))],
    ['one with too many sections', altered((copy) => copy.writeUInt16LE(60_000, 60))],
    ['a program that is cut off', program.subarray(0, program.length / 3)],
    ['one of another machine', alteredProgram((copy) => copy.writeUInt32LE(12, 4))],
    ['one with too many load commands', alteredProgram((copy) => copy.writeUInt32LE(60_000, 16))],
    ['one with a load command of no length', alteredProgram((copy) => copy.writeUInt32LE(0, 36))],
    ['one with too many sections', alteredProgram((copy) => copy.writeUInt32LE(60_000, 32 + 64))],
    ['one whose pointers lie nowhere', alteredProgram((copy) => copy.writeUInt8(0x2f, rebases + 1))],
    ['one whose pointers go on for ever', alteredProgram((copy) => copy.set([0x60, 0xff, 0xff, 0xff, 0x7f], rebases))],
  ])('%s', async (_, content) => {
    expect(await comparableForm(content)).toBeNull();
  });

  test('a chain of pointers that does not end is not followed out of the file', async () => {
    const chained = nativeProgram('chains', FUNCTIONS);
    const at = chained.indexOf(Buffer.from([0, 0x10, 0, 0, 0, 0, 0x10, 0]));
    expect(at).toBeGreaterThan(0);
    for (let place = at; place + 8 <= chained.length; place += 8) chained.writeUInt32LE(0x7ff80000, place + 4);
    expect(await comparableForm(chained)).toBeNull();
  });
});

describe('what cannot be pointed anew is refused', () => {
  const whole = nativeLibrary('x86_64', FUNCTIONS);
  const all = (length: number) => copiedOf([{ literal: 0, from: 0, length }]);

  test('of or to what is no native library', async () => {
    const none = Buffer.alloc(whole.length, 1);
    await expect(pointNativeAnew(Buffer.from(whole), none, all(100))).rejects.toThrow(Malformed);
    await expect(pointNativeAnew(none, whole, all(100))).rejects.toThrow(Malformed);
  });

  test('a reference to what is not there any more', async () => {
    const shorter = nativeLibrary(
      'x86_64',
      FUNCTIONS.slice(0, 1).map((each) => ({ ...each, calls: [] })),
    );
    await expect(pointNativeAnew(Buffer.from(shorter), whole, all(shorter.length))).rejects.toThrow(Malformed);
  });

  test.each(ALL)('or something is written: any copies of %s', async (_, make) => {
    const [earlier, later] = [make(FUNCTIONS), make([FIRST, ...FUNCTIONS])];
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
  const turns = await turnsDuring(() => comparableForm(large));
  expect(turns).toBeGreaterThan(5);
});
