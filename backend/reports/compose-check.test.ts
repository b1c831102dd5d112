import { describe, expect, test } from '@jest/globals';
import type { TestResult } from '../contract/results.ts';
import type { RunView } from '../contract/runs.ts';
import { VERDICT_TABLE } from '../contract/verdicts.ts';
import { composeCheck } from './compose-check.ts';
import { counts, failure, job, run } from './sample-run.ts';

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
