import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TestResult } from '../contract/results.ts';
import type { RunView } from '../contract/runs.ts';
import { VERDICTS } from '../contract/verdicts.ts';
import { composeCheck } from './compose-check.ts';
import { failure, job, run } from './sample-run.ts';

const summaryOf = (facts: Partial<RunView>, failures: TestResult[] = []) =>
  composeCheck({ checkId: 'chk_1', run: run(facts), failures }).summary;

describe('untrusted text', () => {
  const hostile = [
    '@acme/everyone #1 <img src=https://evil.example/x.png> ![x](https://evil.example/y.png) [a](javascript:alert(1))',
    'https://evil.example www.evil.example',
    '</summary></details><h1>Passed</h1>',
    '``` \n# Passed\n````\n|a|b|\n\\|@admin',
    '\u202egnp.exe\u2066\u0000\u001b[31m\r\n\r\n# heading',
    '-->\n\n---\n',
  ].join('\n');

  test('stays inside of code wherever it stands', () => {
    const facts = {
      jobs: [job({ device: hostile, farm: hostile, reason: hostile })],
      changeRequest: { number: 7, baseBranch: hostile },
    };
    const failures = [
      failure({ suite: hostile, name: hostile, device: hostile }, { message: hostile, stack: hostile }),
      failure({ name: hostile, outcome: 'flaky', device: hostile }, { message: hostile }),
      failure({ name: hostile, isNew: false, device: hostile }, { message: null, stack: null }),
    ];
    expectOnlyOurs(summaryOf(facts, failures));
  });

  test('stays inside of code, whatever it is', () => {
    const pieces = fc.constantFrom(
      '`',
      '``',
      '```',
      '|',
      '\\',
      '\n',
      '\r',
      '\t',
      ' ',
      '<',
      '>',
      '&',
      '@x',
      '](',
      '~~~',
      '\u202e',
      '\ud800',
      'é😀',
    );
    const text = fc.array(pieces, { maxLength: 12 }).map((all) => all.join(''));
    fc.assert(
      fc.property(text, text, text, (one, two, three) => {
        const facts = { jobs: [job({ device: one, farm: two, reason: three || null })] };
        const failures = [
          failure({ suite: one, name: two, device: three }, { message: three, stack: two }),
          failure({ name: one, outcome: 'flaky', device: two }, { message: three }),
        ];
        expectOnlyOurs(summaryOf(facts, failures));
      }),
      { numRuns: 500 },
    );
  });

  /** Takes code away as CommonMark finds it, and looks at what is left. */
  function expectOnlyOurs(summary: string): void {
    expect(summary.isWellFormed()).toBe(true);
    expect(summary).not.toMatch(/[^\P{C}\t\n]/u);
    const left = summary
      .replace(/^(`{3,})text\n[\s\S]*?\n\1$/gm, '')
      .replace(/<code>[^<>\n]*<\/code>/g, '')
      .replace(/(?<!`)(`+)(?!`)([^\n]*?)(?<!`)\1(?!`)/g, (_, __, content) => (content.includes('|') ? content : ''));
    expect(left).not.toMatch(/[@`]|evil|javascript|&lt;/);
    expect(left.replace(/<\/?(details|details open|summary|p)>|<br>|<https:\/\/devicelane[^>]*>/g, '')).not.toMatch(
      /[<>]/,
    );
    for (const row of left.split('\n').filter((line) => line.startsWith('|'))) expect(row.split('|')).toHaveLength(10);
  }
});

describe('size', () => {
  test.each(VERDICTS)('stays below 60 000 bytes and says what was left out (%s)', (verdict) => {
    const long = '😀`|<&'.repeat(4_000);
    const jobs = Array.from({ length: 90 }, (_, index) =>
      job({ device: `${index}${long}`, farm: long, verdict, reason: `${index}${long}` }),
    );
    const failures = (['failed', 'flaky'] as const).flatMap((outcome) =>
      [true, false].flatMap((isNew) =>
        Array.from({ length: 300 }, (_, index) =>
          failure(
            { name: `${index}${long}`, device: `${index}${long}`, outcome, isNew },
            { message: long, stack: long },
          ),
        ),
      ),
    );
    const summary = summaryOf({ verdict, jobs, exitCode: 1 }, failures);
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(60_000);
    expect(summary).toContain('And 60 more devices in the report.');
    expect(summary).toMatch(/- and \d+ more in the report/);
    expect(summary).toMatch(/with videos, logs and every result · 12.3 device minutes\n$/);
    // Nothing is cut in the middle.
    expect(summary.match(/<details/g)?.length).toBe(summary.match(/<\/details>/g)?.length);
    expect(summary.match(/^`{3,}/gm)!.length % 2).toBe(0);
  });

  test('shows many failures in full, then by name, then by number', () => {
    const failures = Array.from({ length: 2_000 }, (_, index) =>
      failure({ name: `t${index}` }, { stack: 'at x\n'.repeat(40) }),
    );
    const summary = summaryOf({}, failures);
    const inFull = summary.match(/<details/g)!.length;
    const byName = summary.match(/^- `/gm)!.length;
    const left = Number(/- and (\d+) more in the report/.exec(summary)![1]);
    expect(inFull).toBeGreaterThan(20);
    expect(byName).toBeGreaterThan(20);
    expect(inFull + byName + left).toBe(2_000);
  });
});
