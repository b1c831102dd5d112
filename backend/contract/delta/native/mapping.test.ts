import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { copiedOf } from '../copied.ts';
import { BEHIND } from './layout.ts';
import { Mapping } from './mapping.ts';

const mappingOf = (...copies: { literal: number; from: number; length: number }[]) => new Mapping(copiedOf(copies));

describe('a place', () => {
  test('lies where what was around it was copied to, and what was not has moved as what was before it', () => {
    const mapping = mappingOf({ literal: 10, from: 0, length: 100 }, { literal: 40, from: 120, length: 50 });
    expect([0, 99, 110, 120, 169, 500].map((place) => mapping.forward(place))).toEqual([10, 109, 120, 150, 199, 530]);
    expect([10, 109, 150, 199, 530].map((place) => mapping.backward(place))).toEqual([0, 99, 120, 169, 500]);
  });

  test('that was copied twice lies in the longer piece, and so does what is around it', () => {
    const mapping = mappingOf({ literal: 0, from: 40, length: 10 }, { literal: 0, from: 0, length: 100 });
    expect([0, 39, 45, 50, 99].map((place) => mapping.forward(place))).toEqual([10, 49, 55, 60, 109]);
    // It came from there, but would not go there.
    expect(mapping.backward(5)).toBeNull();
  });

  test('before all copies, or without any, stays where it is', () => {
    expect(mappingOf().forward(7)).toBe(7);
    expect(mappingOf({ literal: 5, from: 100, length: 10 }).forward(7)).toBe(7);
  });

  test('that is in memory alone is the same in each file', () => {
    const mapping = mappingOf({ literal: 10, from: 0, length: 100 });
    expect([mapping.forward(BEHIND + 8), mapping.backward(BEHIND + 8)]).toEqual([BEHIND + 8, BEHIND + 8]);
  });
});

test('where a place came from, it would go there', () => {
  const copy = fc.record({ literal: fc.nat(20), from: fc.nat(400), length: fc.integer({ min: 1, max: 60 }) });
  fc.assert(
    fc.property(fc.array(copy), fc.nat(600), (copies, place) => {
      const mapping = new Mapping(copiedOf(copies));
      const earlier = mapping.backward(place);
      if (earlier !== null) expect(mapping.forward(earlier)).toBe(place);
    }),
  );
});
