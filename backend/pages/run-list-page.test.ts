import { expect, test } from '@jest/globals';
import type { RunView } from '../contract/runs.ts';
import { renderRunListPage } from './run-list-page.ts';

const run: RunView = {
  runId: 'run_0123456789abcdefghijklmnopqrstuv',
  name: 'Devicelane',
  state: 'running',
  verdict: null,
  exitCode: null,
  title: 'Running',
  attention: null,
  failOn: 'new',
  commit: { sha: 'f'.repeat(40), branch: 'feature/<b>', title: '<img src=x onerror=alert(1)>' },
  changeRequest: { number: 7, baseBranch: 'main' },
  counts: null,
  deviceMinutes: 0,
  jobs: [],
  artifacts: [],
  reportUrl: 'http://127.0.0.1/runs/run_0123456789abcdefghijklmnopqrstuv',
  createdAt: '2026-01-02T03:04:05.000Z',
  finishedAt: null,
};

test('a run is a row that leads to its report, its words escaped', async () => {
  const page = String(await renderRunListPage({ runs: [run], cursor: null }));
  expect(page).toContain(`href="/runs/${run.runId}"`);
  expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
  expect(page).not.toContain('<img');
  expect(page).toContain('2026-01-02 03:04 UTC');
  expect(page).not.toContain('Older runs');
});

test('an empty list says what makes a run, and a longer one leads on', async () => {
  expect(String(await renderRunListPage({ runs: [], cursor: null }))).toContain('There is no run yet');
  expect(String(await renderRunListPage({ runs: [run], cursor: '1.run_x' }))).toContain('href="/?cursor=1.run_x"');
});
