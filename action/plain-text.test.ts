import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { plainText } from './plain-text.ts';

test.each([
  ['hello: world::', 'hello: world::'],
  ['::set-output name=a::b', ': :set-output name=a::b'],
  ['  \t::add-mask::x', '  \t: :add-mask::x'],
  ['fine\n::error::no', 'fine\n: :error::no'],
  ['fine\r::error::no', 'fine\n: :error::no'],
  ['said ##[error]no', 'said ## [error]no'],
  ['\u001b[31mred\u001b[0m', 'red'],
  ['\u001b]0;title\u0007text', 'text'],
  ['a\u0000b\u0008c\u202ed', 'abcd'],
  // What is left after taking something away must not be a command either.
  ['\u0000::debug::x', ': :debug::x'],
  [':\u0007:debug::x', ': :debug::x'],
  ['#\u0007#[group]x', '## [group]x'],
])('%j becomes %j', (text, expected) => {
  expect(plainText(text)).toBe(expected);
});

test('no text is a command to the runner', async () => {
  const pieces = fc.constantFrom(
    ':',
    '#',
    '[',
    ' ',
    '\n',
    '\r',
    '\t',
    '\u001b',
    '\u0000',
    '\u00a0',
    '\u2028',
    '\ufeff',
    'a',
    ']',
    '\u0007',
  );
  await fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const lines = plainText(parts.join('')).split(/[\n\r]/);
      return lines.every((line) => !line.trimStart().startsWith('::') && !line.includes('##['));
    }),
    { numRuns: 2000 },
  );
});
