import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TestResult } from '../contract/results.ts';
import type { JobView, RunView } from '../contract/runs.ts';
import { VERDICT_TABLE, VERDICTS } from '../contract/verdicts.ts';
import { composeCheck } from './compose-check.ts';

const counts = { total: 12, passed: 10, failed: 1, newFailures: 1, flaky: 1, skipped: 0 };

function job(more: Partial<JobView> = {}): JobView {
  return {
    jobId: 'job_1',
    farm: 'lab',
    device: 'Pixel 8 (34)',
    shard: { index: 0, count: 1 },
    state: 'finished',
    verdict: 'failed',
    counts,
    reason: null,
    ...more,
  };
}

function run(more: Partial<RunView> = {}): RunView {
  return {
    runId: 'run_1',
    name: 'Devicelane',
    state: 'finished',
    verdict: 'failed',
    exitCode: 1,
    title: '1 new failure, 10 passed on Pixel 8 (34)',
    attention: null,
    failOn: 'new',
    commit: { sha: 'a'.repeat(40), branch: 'feature', title: null },
    changeRequest: { number: 7, baseBranch: 'main' },
    counts,
    deviceMinutes: 12.34,
    jobs: [job()],
    artifacts: [],
    reportUrl: 'https://devicelane.example/runs/run_1',
    createdAt: '2026-01-02T03:04:05.000Z',
    finishedAt: '2026-01-02T03:14:05.000Z',
    ...more,
  };
}

function failure(
  more: Partial<TestResult> = {},
  words: { message?: string | null; stack?: string | null } = {},
): TestResult {
  const { message = 'expected: <1> but was: <2>', stack = 'java.lang.AssertionError\n\tat Login.kt:7' } = words;
  return {
    suite: 'com.example.LoginTest',
    name: 'signsIn',
    jobId: 'job_1',
    farm: 'lab',
    device: 'Pixel 8 (34)',
    outcome: 'failed',
    isNew: true,
    attempts: [{ attempt: 1, outcome: 'failed', durationMs: 100, message, stack }],
    ...more,
  };
}

const summaryOf = (facts: Partial<RunView>, failures: TestResult[] = []) =>
  composeCheck({ checkId: 'chk_1', run: run(facts), failures }).summary;

describe('a finished check', () => {
  test('reads top down: what to do, where, what broke', () => {
    const failures = [
      failure(),
      failure({ jobId: 'job_2', device: 'Galaxy S23' }),
      failure({ name: 'old', isNew: false }),
      failure({ name: 'sometimes', outcome: 'flaky' }),
    ];
    const check = composeCheck({ checkId: 'chk_1', run: run(), failures });
    expect(check).toMatchObject({
      name: 'Devicelane',
      headSha: 'a'.repeat(40),
      externalId: 'chk_1',
      status: 'completed',
      conclusion: 'failure',
      title: '1 new failure, 10 passed on Pixel 8 (34)',
      completedAt: new Date('2026-01-02T03:14:05.000Z'),
    });
    expect(check.summary).toBe(`❌ **1 of 1 failed tests is not known to fail on \`main\`.** This blocks.

| | Device | Farm | Passed | Failed | of them new | Flaky | Skipped |
|:--|:--|:--|--:|--:|--:|--:|--:|
| ❌ failed | \`Pixel 8 (34)\` | \`lab\` | 10 | 1 | 1 | 1 | 0 |

### New failures (1)

<details open><summary><code>com.example.LoginTest › signsIn</code> on <code>Pixel 8 (34)</code>, <code>Galaxy S23</code><br><code>expected: &lt;1&gt; but was: &lt;2&gt;</code></summary>

\`\`\`text
expected: <1> but was: <2>
java.lang.AssertionError
	at Login.kt:7
\`\`\`

</details>


### Flaky: failed, then passed (1)

- \`com.example.LoginTest › sometimes\` on \`Pixel 8 (34)\`: \`expected: <1> but was: <2>\`

### Known: the base branch fails them too (1)

- \`com.example.LoginTest › old\` on \`Pixel 8 (34)\`: \`expected: <1> but was: <2>\`


[Open the report](<https://devicelane.example/runs/run_1>) with videos, logs and every result · 12.3 device minutes
`);
  });

  test.each(VERDICT_TABLE.flatMap((row) => (['new', 'any', 'never'] as const).map((failOn) => ({ ...row, failOn }))))(
    '$verdict (new: $somethingNew), fail-on $failOn, concludes as the table says',
    ({ verdict, somethingNew, failOn, exitCode, conclusion }) => {
      const newFailures = somethingNew ? 1 : 0;
      const facts = {
        verdict,
        failOn,
        exitCode: exitCode[failOn],
        counts: { ...counts, newFailures },
        jobs: [job({ verdict })],
      };
      const check = composeCheck({ checkId: 'chk_1', run: run(facts), failures: [] });
      expect(check.conclusion).toBe(conclusion[failOn]);
      if (check.conclusion !== 'success') {
        expect(check.summary).toContain(check.conclusion === 'neutral' ? 'This does not block.' : 'This blocks.');
      }
    },
  );

  test('agrees with the exit code where a cancelled job outweighs known failures', () => {
    const facts = {
      exitCode: 130,
      counts: { ...counts, newFailures: 0 },
      jobs: [job(), job({ jobId: 'job_2', verdict: 'cancelled' as const })],
    };
    expect(composeCheck({ checkId: 'chk_1', run: run(facts), failures: [] }).conclusion).toBe('cancelled');
  });

  test('says of an errored run that it was not the tests, with the farm’s reason', () => {
    const facts = {
      verdict: 'errored' as const,
      exitCode: 4,
      jobs: [job({ verdict: 'errored', reason: 'device lost' })],
    };
    expect(summaryOf(facts)).toMatch(/\*\*Not your tests:\*\*[\s\S]*- `lab` says: `device lost`/);
  });
});

describe('an unfinished check', () => {
  test.each([
    ['planned', 'queued'],
    ['queued', 'queued'],
    ['running', 'in_progress'],
    ['cancelling', 'in_progress'],
  ] as const)('%s is %s, without a conclusion', (state, status) => {
    const facts = {
      state,
      verdict: null,
      exitCode: null,
      finishedAt: null,
      jobs: [job({ state: 'running', verdict: null })],
    };
    const check = composeCheck({ checkId: 'chk_1', run: run(facts), failures: [failure()] });
    expect(check).toMatchObject({ status, conclusion: null, completedAt: null });
    expect(check.summary).toContain('### Failures so far (1)');
  });
});

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
