import { describe, expect, test } from '@jest/globals';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalOf, type Json } from './canonical.ts';
import { findNotes, formatLine, openCheckpoint, signCheckpoint } from './checkpoint.ts';
import { formatKey, parseKey } from './note.ts';
import { sampleKey } from './sample-key.ts';
import { EMPTY_ROOT } from './tree.ts';

const key = sampleKey();
/** Made by golang.org/x/mod/sumdb/note with the same key. */
const PUBLISHED = 'devicelane.example/audit/0123456789+314ef6ac+AQOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4';
const NOTE = `devicelane.example/audit/0123456789
0
47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=

— devicelane.example/audit/0123456789 MU72rFTO4cQRTTyCNCVx4ln6Aa5sNCLfO0WcJaSdY1afbqnqBMyeycNsiFMw8o3mqX0kQXRaF2hqYvpn5hVNvHYLpQI=
`;
const root = Buffer.alloc(32, 9);
const note = signCheckpoint({ size: 12, root }, key, key.privateKey);

describe('a checkpoint', () => {
  test('is, with its key, what another implementation of the format writes', () => {
    expect(formatKey(key)).toBe(PUBLISHED);
    expect(signCheckpoint({ size: 0, root: EMPTY_ROOT }, key, key.privateKey)).toBe(NOTE);
    expect(openCheckpoint(NOTE, parseKey(PUBLISHED)!)).toEqual({ origin: key.name, size: 0, root: EMPTY_ROOT });
  });

  test('opens with its key, also when the server had another name', () => {
    expect(openCheckpoint(note, key)).toEqual({ origin: key.name, size: 12, root });
    const renamed = sampleKey(0, 'other.example:8443/audit/0123456789');
    expect(openCheckpoint(note, renamed)).toEqual({ origin: key.name, size: 12, root });
  });

  test.each([
    ['of another key', signCheckpoint({ size: 12, root }, key, sampleKey(1).privateKey)],
    ['of another log with this key', signCheckpoint({ size: 12, root }, sampleKey(0, 'x/audit/9'), key.privateKey)],
    ['with another size', note.replace('\n12\n', '\n13\n')],
    ['with a size that is written otherwise', note.replace('\n12\n', '\n012\n')],
    ['with another root', note.replace('\nCQkJ', '\nCQkK')],
    ['with another origin', note.replaceAll('devicelane', 'evil')],
    ['with a line more', note.replace('\n\n', '\nmore\n\n')],
    ['with a second signature', `${note}${note.split('\n').at(-2)}\n`],
    ['without its signature', note.split('\n\n')[0]!],
    ['with half of its signature', `${note.slice(0, -40)}\n`],
    ['that is empty', ''],
  ])('%s is refused', (_, other) => {
    expect(openCheckpoint(other, key)).toBeNull();
  });

  test('is found again in whatever text it was put', () => {
    const line = formatLine(note);
    expect(line.split(' ')).toHaveLength(4);
    expect(findNotes(note)).toEqual([note]);
    expect(findNotes(`Open the report\nAudit log: \`${line}\` · 12 minutes`)).toEqual([note]);
    expect(findNotes(JSON.stringify({ checkpoint: note, size: 12 }))).toEqual([note]);
    expect(findNotes(`${note}\n${NOTE}`)).toEqual([note, NOTE]);
    expect(findNotes('nothing of the kind')).toEqual([]);
  });

  test.each([
    '',
    'name',
    PUBLISHED.replace('314ef6ac', '314ef6ad'),
    PUBLISHED.replace('AQOh', 'AgOh'),
    PUBLISHED.replace('devicelane', 'evil'),
    `${PUBLISHED}A`,
    `${PUBLISHED}\n`,
  ])('has no key %j', (text) => {
    expect(parseKey(text)).toBeNull();
  });
});

test('canonical JSON is what the library writes', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const parsed = JSON.parse(JSON.stringify(value)) as Json;
      expect(canonicalOf(parsed)).toBe(canonicalize(parsed));
    }),
  );
});
