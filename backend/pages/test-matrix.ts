/** Tests by devices, as long as a person can take it in. */
import { html } from 'hono/html';
import type { TestResult } from '../contract/results.ts';
import type { Html } from './layout.ts';

const MAX_DEVICES = 12;
const MAX_TESTS = 100;

const SIGNS: Record<TestResult['outcome'], { sign: string; word: string }> = {
  passed: { sign: '✓', word: 'passed' },
  failed: { sign: '✕', word: 'failed' },
  flaky: { sign: '~', word: 'flaky' },
  skipped: { sign: '–', word: 'skipped' },
};
const WORST_FIRST: TestResult['outcome'][] = ['failed', 'flaky', 'skipped', 'passed'];

/** All tests when they are few; else those that did not pass everywhere; nothing when even these are many. */
export function renderMatrix(results: readonly TestResult[]): Html {
  const hasFarms = new Set(results.map((result) => result.farm)).size > 1;
  const deviceOf = (result: TestResult): string => (hasFarms ? `${result.device} on ${result.farm}` : result.device);
  const devices = [...new Set(results.map(deviceOf))];
  if (devices.length < 2 || devices.length > MAX_DEVICES) return html``;
  const all = [...Map.groupBy(results, (result) => `${result.suite}\0${result.name}`).values()];
  const uneven = all.filter((group) => group.some((result) => result.outcome !== 'passed'));
  const rows = (all.length <= MAX_TESTS ? all : uneven).sort((a, b) => rank(a) - rank(b));
  if (rows.length === 0 || rows.length > MAX_TESTS) return html``;
  return html`<section aria-labelledby="matrix">
<h2 id="matrix">Tests by device</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="matrix">
<table class="matrix">
<thead><tr><th scope="col">Test</th>${devices.map((device) => html`<th scope="col"><bdi>${device}</bdi></th>`)}</tr></thead>
<tbody>${rows.map((group) => renderRow(group, devices, deviceOf))}</tbody>
</table>
</div>
${all.length > rows.length ? html`<p class="note">${all.length - rows.length} tests passed on every device.</p>` : ''}
</section>`;
}

function renderRow(group: TestResult[], devices: string[], deviceOf: (result: TestResult) => string): Html {
  return html`<tr><th scope="row"><bdi class="suite">${group[0]?.suite}</bdi> <bdi>${group[0]?.name}</bdi></th>
${devices.map((device) => renderCell(group.filter((result) => deviceOf(result) === device)))}</tr>`;
}

function renderCell(results: TestResult[]): Html {
  const outcome = worst(results);
  if (outcome === undefined) return html`<td><span class="unseen">not run</span></td>`;
  const { sign, word } = SIGNS[outcome];
  const isNew = results.some((result) => result.isNew && result.outcome === 'failed');
  const tone = outcome === 'skipped' ? 'stopped' : outcome;
  return html`<td><span class="cell ${tone}"><span aria-hidden="true">${sign}</span><span class="unseen">${isNew ? 'newly ' : ''}${word}</span></span></td>`;
}

function worst(results: TestResult[]): TestResult['outcome'] | undefined {
  return WORST_FIRST.find((outcome) => results.some((result) => result.outcome === outcome));
}

function rank(group: TestResult[]): number {
  return WORST_FIRST.indexOf(worst(group) ?? 'passed');
}
