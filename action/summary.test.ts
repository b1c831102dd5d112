import { describe, expect, test } from '@jest/globals';
import type { TestResult } from '../backend/contract/results.ts';
import type { RunView } from '../backend/contract/runs.ts';
import { FAILING, ScriptedRun } from './client/testing/scripted-run.ts';
import { escapeText, renderSummary, SUMMARY_LIMIT } from './summary.ts';

function finished(): RunView {
  const run = new ScriptedRun(
    '0'.repeat(10),
    'https://devicelane.example.com',
    { artifacts: [], commit: { sha: 'a' } },
    FAILING,
  );
  run.happened = run.events.length;
  return run.view();
}

const failure = (over: Partial<TestResult> = {}, message = 'expected 1'): TestResult => ({
  suite: 'LoginTest',
  name: 'signsIn',
  jobId: `job_${'0'.repeat(32)}`,
  farm: 'local',
  device: 'Pixel 8 @ 34',
  outcome: 'failed',
  isNew: true,
  attempts: [{ attempt: 1, outcome: 'failed', durationMs: 5, message, stack: null }],
  ...over,
});

/** What a person reads: references undone, tags taken away. */
const readable = (html: string) =>
  html.replace(/<[^>]+>/g, ' ').replace(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code)));

test('says the verdict, the devices and what failed', () => {
  const text = readable(renderSummary(finished(), [failure(), failure({ outcome: 'flaky', name: 'flips' })]));
  expect(text).toContain('Devicelane: It ended: failed');
  expect(text).toContain('3 tests: 1 passed, 1 failed (1 new), 1 flaky, 0 skipped');
  expect(text).toContain('Galaxy S23 @ 33');
  expect(text).toMatch(/LoginTest › signsIn — Pixel 8 @ 34 on local \(new\)/);
  expect(text).toMatch(/flips .*\(flaky\)/);
  expect(text).toContain('expected 1');
});

test('a failure of the base branch is not called new', () => {
  expect(renderSummary(finished(), [failure({ isNew: false })])).toContain('(fails on the base branch too)');
});

describe('text from outside', () => {
  const HOSTILE = '</pre><script>alert(1)</script>\n\n# title\n[x](javascript:1) **b** `c` @team | <img src=x>';

  test('means nothing in HTML or Markdown', () => {
    const run = finished();
    run.title = HOSTILE;
    run.jobs[0] = { ...(run.jobs[0] as RunView['jobs'][number]), device: HOSTILE, reason: HOSTILE };
    const html = renderSummary(run, [failure({ name: HOSTILE, suite: HOSTILE, device: HOSTILE }, HOSTILE)]);
    for (const piece of ['<script', '<img', '](', '**', '`', '@team', '\n#', '|']) expect(html).not.toContain(piece);
  });

  test('is still readable', () => {
    expect(readable(escapeText(HOSTILE.replace(/<[^>]+>/g, '')))).toBe(HOSTILE.replace(/<[^>]+>/g, ''));
  });

  test('becomes no link unless it is a web address', () => {
    expect(renderSummary({ ...finished(), reportUrl: 'javascript:alert(1)' }, [])).not.toContain('href');
    expect(renderSummary({ ...finished(), reportUrl: 'https://x.example/"><b>' }, [])).not.toContain('"><b>');
  });
});

describe('the limit', () => {
  test('holds, in bytes, and the rest is counted', () => {
    const run = finished();
    run.counts = { total: 5000, passed: 0, failed: 5000, newFailures: 5000, flaky: 0, skipped: 0 };
    const many = Array.from({ length: 500 }, (_, index) => failure({ name: `test${index}` }, '€<&'.repeat(1000)));
    const html = renderSummary(run, many);
    expect(Buffer.byteLength(html)).toBeLessThanOrEqual(SUMMARY_LIMIT);
    const shown = html.split('<details>').length - 1;
    expect(shown).toBeGreaterThan(10);
    expect(html).toContain(`<p>${5000 - shown} more: see the report.</p>`);
  });

  test('is not reached by devices alone', () => {
    const run = finished();
    const [job] = run.jobs as [RunView['jobs'][number]];
    run.jobs = Array.from({ length: 3000 }, () => ({ ...job, device: '<'.repeat(200), reason: '<'.repeat(5000) }));
    expect(Buffer.byteLength(renderSummary(run, []))).toBeLessThanOrEqual(SUMMARY_LIMIT);
  });
});
