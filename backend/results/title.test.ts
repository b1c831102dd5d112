import { describe, expect, test } from '@jest/globals';
import { VERDICTS } from '../contract/verdicts.ts';
import { runTitle, type TitleFacts } from './title.ts';

const counts = { total: 0, passed: 0, failed: 0, newFailures: 0, flaky: 0, skipped: 0 };
const done = (device: string, verdict: TitleFacts['verdict'] = 'passed') => ({ device, state: 'finished', verdict });

function run(more: Partial<TitleFacts>): TitleFacts {
  return {
    state: 'finished',
    attention: null,
    verdict: 'passed',
    counts: { ...counts, total: 240, passed: 240 },
    failOn: 'new',
    jobs: [done('Pixel 8 (34)')],
    hasBase: true,
    baseBranch: 'main',
    ...more,
  };
}

describe('the title of a run', () => {
  test.each<[string, Partial<TitleFacts>]>([
    ['Passed: 240 tests on Pixel 8 (34)', {}],
    ['Passed: 240 tests on 3 devices', { jobs: [done('a'), done('b'), done('c'), done('a')] }],
    ['Passed: 1 test on Pixel 8 (34)', { counts: { ...counts, total: 1, passed: 1 } }],
    [
      'Flaky: 2 tests passed only when tried again, 238 passed at once on Pixel 8 (34)',
      { verdict: 'flaky', counts: { ...counts, total: 240, passed: 238, flaky: 2 } },
    ],
    [
      '2 new failures, 1 known, 240 passed on Pixel 8 (34)',
      { verdict: 'failed', counts: { ...counts, passed: 240, failed: 3, newFailures: 2 } },
    ],
    [
      'No new failures: 3 known, which fail on main too, 240 passed on Pixel 8 (34)',
      { verdict: 'failed', counts: { ...counts, passed: 240, failed: 3 } },
    ],
    [
      'No base run to compare with: 2 failures, 1 passed on Pixel 8 (34)',
      { verdict: 'failed', hasBase: false, counts: { ...counts, passed: 1, failed: 2, newFailures: 2 } },
    ],
    [
      '1 new failure, 0 passed on Pixel 8 (34) (reported only)',
      { verdict: 'failed', failOn: 'never', counts: { ...counts, failed: 1, newFailures: 1 } },
    ],
    [
      'Errored, not your tests: 1 of 2 jobs broke at the farm or in the backend; 1 new failure',
      {
        verdict: 'errored',
        jobs: [done('a', 'errored'), done('b', 'failed')],
        counts: { ...counts, failed: 1, newFailures: 1 },
      },
    ],
    ['Skipped: there was no device to test on', { verdict: 'skipped', jobs: [], counts }],
    ['Skipped: no test ran in the job on a', { verdict: 'skipped', jobs: [done('a', 'skipped')], counts }],
    ['Waiting for devices: 2 devices', { state: 'queued', verdict: null, jobs: [done('a'), done('b')], counts: null }],
    [
      'Running: 1 of 2 jobs finished, 4 failures so far',
      {
        state: 'running',
        verdict: null,
        counts: { ...counts, failed: 4 },
        jobs: [done('a'), { device: 'b', state: 'running', verdict: null }],
      },
    ],
    ['Accepted: about to be given to the farms', { state: 'planned', verdict: null, counts: null, jobs: [] }],
  ])('%s', (title, more) => {
    expect(runTitle(run(more))).toBe(title);
  });

  test('says that the base run is missing when something worse happened too', () => {
    const facts = run({ verdict: 'timed_out', hasBase: false, counts: { ...counts, failed: 1, newFailures: 1 } });
    expect(runTitle(facts)).toContain('No base run to compare with: 1 failure');
  });

  test.each(VERDICTS)('stays one short line with hostile names (%s)', (verdict) => {
    const device = `\u202eevil\n\n😀${'x'.repeat(5000)}`;
    const title = runTitle(run({ verdict, jobs: [done(device, verdict)], baseBranch: device }));
    expect([...title].length).toBeLessThanOrEqual(200);
    expect(title).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(title.isWellFormed()).toBe(true);
  });
});
