import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { checksum, randomBase62 } from './base62.ts';
import { ID_KINDS, type IdKind, idSchema, newId, newRoute, routeOfId } from './ids.ts';
import { newToken, parseToken, TOKEN_KINDS } from './token-forms.ts';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

describe('a random text', () => {
  test('has the length that was asked for, whatever it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 200 }), (length) => {
        expect(randomBase62(length)).toMatch(new RegExp(`^[0-9A-Za-z]{${length}}$`));
      }),
    );
  });

  test('uses every character about as often as any other', () => {
    const seen = new Map<string, number>();
    const length = 62_000;
    for (const character of randomBase62(length)) seen.set(character, (seen.get(character) ?? 0) + 1);
    expect([...seen.keys()].sort().join('')).toBe(ALPHABET);
    // 1000 of each are expected, with a deviation of 31: a bias of `byte % 62` alone would be 250 more for some.
    for (const count of seen.values()) expect(Math.abs(count - 1000)).toBeLessThan(200);
  });
});

describe('a token', () => {
  const route = newRoute();

  test.each(TOKEN_KINDS)('of kind %s has the form that scanners know, and says its kind and route', (kind) => {
    const token = newToken(kind, route);
    expect(token).toMatch(/^dl_(ci|run|pat|adm)_[0-9A-Za-z]{49}$/);
    expect(parseToken(token)).toEqual({ kind, route });
    expect(token.slice(-6)).toBe(checksum(token.slice(0, -6)));
  });

  test('holds at least 190 random bits', () => {
    const random = newToken('ci', route).length - 'dl_ci_'.length - route.length - 6;
    expect(random * Math.log2(62)).toBeGreaterThanOrEqual(190);
  });

  test('is refused after a change of any one character to any other', () => {
    const token = newToken('ci', route);
    for (let at = 0; at < token.length; at++) {
      for (const other of `${ALPHABET}_`) {
        if (other === token[at]) continue;
        expect(parseToken(token.slice(0, at) + other + token.slice(at + 1))).toBeNull();
      }
    }
  });

  test('is refused when two neighbours are swapped, cut, lengthened or wrapped', () => {
    const token = newToken('run', route);
    for (let at = 7; at < token.length - 1; at++) {
      const swapped = token.slice(0, at) + token[at + 1] + token[at] + token.slice(at + 2);
      if (swapped !== token) expect(parseToken(swapped)).toBeNull();
    }
    for (const wrong of [token.slice(0, -1), `${token}0`, ` ${token}`, `${token}\n`, '']) {
      expect(parseToken(wrong)).toBeNull();
    }
  });

  test('of arbitrary text is none', () => {
    fc.assert(fc.property(fc.string(), (text) => parseToken(text) === null));
  });
});

describe('an id', () => {
  const kinds = Object.keys(ID_KINDS) as IdKind[];

  test.each(kinds)('of kind %s carries its route and is none of another kind', (kind) => {
    const route = newRoute();
    const id = newId(kind, route);
    expect(routeOfId(kind, id)).toBe(route);
    expect(idSchema(kind).safeParse(id).success).toBe(true);
    for (const other of kinds) if (other !== kind) expect(routeOfId(other, id)).toBeNull();
  });

  test('has a prefix of its own', () => {
    expect(new Set(Object.values(ID_KINDS)).size).toBe(kinds.length);
  });

  test.each([
    ['', ''],
    ['a line break behind it', `${newId('run', newRoute())}\n`],
    ['a path', 'run_../../../../etc/passwd0000000000000'],
    ['one character too few', newId('run', newRoute()).slice(0, -1)],
    ['a sign that is no base 62', `run_${'-'.repeat(32)}`],
  ])('with %s is none', (_, id) => {
    expect(routeOfId('run', id)).toBeNull();
  });
});
