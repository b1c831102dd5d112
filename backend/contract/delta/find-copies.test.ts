import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { leavingFactor, roll, rollingHash } from './block-hash.ts';
import { BlockSigner, blockSize } from './block-signatures.ts';
import { type Copy, findCopies } from './find-copies.ts';

const bytes = fc.uint8Array({ minLength: 1, maxLength: 3000 });

test('a hash that rolls is the hash of where it rolled to', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 40, maxLength: 80 }), (content) => {
      const size = 16;
      let hash = rollingHash(content, 0, size);
      for (let at = 0; at + size < content.length; at++) {
        hash = roll(hash, content[at] as number, content[at + size] as number, leavingFactor(size));
        expect(hash).toBe(rollingHash(content, at + 1, size));
      }
    }),
    { seed: 1 },
  );
});

test('signatures are the same however the content is cut', () => {
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(500)), (content, cuts) => {
      const [whole, cut] = [new BlockSigner(content.length), new BlockSigner(content.length)];
      whole.push(content);
      let at = 0;
      for (const length of cuts) {
        cut.push(content.subarray(at, at + length));
        at = Math.min(content.length, at + length);
      }
      cut.push(content.subarray(at));
      expect(cut.finish()).toEqual(whole.finish());
    }),
    { seed: 2 },
  );
});

test.each([800, 1100, 5000])('a content of %i bytes that was announced with 1000 has no signatures', (length) => {
  const signer = new BlockSigner(1000);
  signer.push(new Uint8Array(length));
  expect(signer.finish()).toBeNull();
});

function signaturesOf(content: Uint8Array): Buffer {
  const signer = new BlockSigner(content.length);
  signer.push(content);
  return signer.finish() as Buffer;
}

/** The content put together from its copies. */
function applied(content: Uint8Array, earlier: Uint8Array, copies: readonly Copy[]): Buffer {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const { literal, from, length } of copies) {
    pieces.push(content.subarray(at, at + literal), earlier.subarray(from, from + length));
    at += literal + length;
  }
  return Buffer.concat([...pieces, content.subarray(at)]);
}

test('copies and literals give the content again', () => {
  const edited = fc.tuple(bytes, bytes, fc.nat(3000), fc.nat(300)).map(([base, insert, at, cut]) => {
    const earlier = Buffer.concat([base, base.toReversed(), new Uint8Array(600)]);
    const later = Buffer.concat([
      earlier.subarray(0, at),
      insert,
      earlier.subarray(at + cut),
      earlier.subarray(0, 700),
    ]);
    return { earlier, later };
  });
  fc.assert(
    fc.property(edited, ({ earlier, later }) => {
      const copies = findCopies(later, blockSize(earlier.length), signaturesOf(earlier));
      expect(applied(later, earlier, copies).equals(later)).toBe(true);
    }),
    { seed: 3 },
  );
});

test('what runs on is one copy', () => {
  const earlier = Uint8Array.from({ length: 6400 }, (_, n) => (n * n) >> 4);
  const copies = findCopies(earlier, 128, signaturesOf(earlier));
  expect(copies).toEqual([{ literal: 0, from: 0, length: 6400 }]);
});
