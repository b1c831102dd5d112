import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { blocks, ended, TRANSCRIPTS } from './fake/transcripts.ts';
import { quote } from './quote.ts';
import { readTranscript } from './transcript.ts';

const told = (text: string) =>
  readTranscript(text).tests.map(({ suite, name, outcome }) => `${suite}#${name} ${outcome}`);

describe('a transcript', () => {
  test('of tests of every kind gives each its verdict', () => {
    const { tests, ...rest } = readTranscript(TRANSCRIPTS.mixed);
    expect(rest).toEqual({ expected: 6, isComplete: true, problem: null });
    expect(told(TRANSCRIPTS.mixed)).toEqual([
      'com.example.A#one passed',
      'com.example.A#two failed',
      'com.example.A#three skipped',
      'com.example.B#four skipped',
      'com.example.B#five errored',
      'com.example.B#six errored',
    ]);
    expect(tests[1]).toMatchObject({
      message: 'java.lang.AssertionError: expected a=b',
      stack: expect.stringContaining('A.java:12'),
    });
  });

  test('of a process that crashed charges the test that was at work, and counts the others as missing', () => {
    const seen = readTranscript(TRANSCRIPTS.crash);
    expect(seen).toMatchObject({
      expected: 3,
      isComplete: false,
      problem: 'Process crashed.: java.lang.NullPointerException',
    });
    expect(told(TRANSCRIPTS.crash)).toEqual(['com.example.A#one passed', 'com.example.A#two failed']);
  });

  test.each<[keyof typeof TRANSCRIPTS, object]>([
    ['truncated', { expected: 5, isComplete: false, problem: 'The test runner broke off.' }],
    ['none', { expected: null, isComplete: true, tests: [] }],
    [
      'wrongRunner',
      { isComplete: false, tests: [], problem: expect.stringContaining('Unable to find instrumentation') },
    ],
    ['silent', { expected: null, isComplete: false, tests: [] }],
  ])('that is %s is never whole and green', (which, expected) => {
    expect(readTranscript(TRANSCRIPTS[which])).toMatchObject(expected);
  });

  test('with carriage returns is read the same', () => {
    expect(readTranscript(TRANSCRIPTS.mixed.replaceAll('\n', '\r\n'))).toEqual(readTranscript(TRANSCRIPTS.mixed));
  });

  test('keeps tests of one name apart', () => {
    const twice = blocks([
      { test: 'A#a', code: -2, stack: 'no' },
      { test: 'A#a', code: 0 },
    ]);
    expect(told(twice + ended(2))).toEqual(['A#a failed', 'A#a (2) passed']);
  });

  test('cut anywhere is never whole, and never has more that passed', () => {
    const whole = readTranscript(TRANSCRIPTS.mixed);
    const passed = ({ tests }: typeof whole) => tests.filter(({ outcome }) => outcome === 'passed').length;
    for (let at = 0; at < TRANSCRIPTS.mixed.length - 1; at += 1) {
      const seen = readTranscript(TRANSCRIPTS.mixed.slice(0, at));
      expect({ at, isComplete: seen.isComplete }).toEqual({ at, isComplete: false });
      expect(passed(seen)).toBeLessThanOrEqual(passed(whole));
    }
  });

  test.each(['', '-', ' ', '0x0', '1e0', 'null'])('with the code "%s" is no pass', (code) => {
    const cut = TRANSCRIPTS.passing.replace('STATUS_CODE: 0', `STATUS_CODE: ${code}`);
    expect(told(cut)).not.toContain('com.example.A#one passed');
  });

  test('of anything at all is read without an error', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(
        'INSTRUMENTATION_STATUS: ',
        'INSTRUMENTATION_STATUS_CODE: 1',
        'INSTRUMENTATION_STATUS: test',
        'INSTRUMENTATION_CODE: x',
      ),
      fc.string().map((text) => `INSTRUMENTATION_STATUS: ${text}`),
    );
    fc.assert(fc.property(fc.array(line), (lines) => void readTranscript(lines.join('\n'))));
  });
});

test('a quoted word is one word of a shell, whatever it holds', async () => {
  const { execFileSync } = await import('node:child_process');
  const word = fc
    .string({ unit: 'binary', maxLength: 60 })
    .filter((text) => !text.includes('\0') && text.isWellFormed());
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 3 }), (words) => {
      const said = execFileSync('/bin/sh', ['-c', `printf '%s\\0' ${words.map(quote).join(' ')}`]).toString('utf8');
      expect(said.split('\0').slice(0, -1)).toEqual(words);
    }),
    { numRuns: 40 },
  );
  expect(() => quote('a\0b')).toThrow();
});
