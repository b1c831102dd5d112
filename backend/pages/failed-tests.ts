/** What failed, test by test: where, what it said, and its stack. */
import { html } from 'hono/html';
import type { TestResult } from '../contract/results.ts';
import type { Html } from './layout.ts';
import { count, duration } from './quantity.ts';

const MAX_RESULTS = 500;
const MAX_MESSAGE = 2_000;
const MAX_STACK = 20_000;
/** Characters of all stacks of one page. */
const MAX_ALL_STACKS = 2_000_000;

type Section = { id: string; heading: string; badge: string; results: TestResult[] };

/** New failures first, then known ones, then what is flaky. */
export function renderFailedTests(results: readonly TestResult[]): Html {
  const failed = results.filter((result) => result.outcome === 'failed');
  const sections: Section[] = [
    { id: 'new', heading: 'New failures', badge: 'new', results: failed.filter((result) => result.isNew) },
    { id: 'known', heading: 'Known failures', badge: 'known', results: failed.filter((result) => !result.isNew) },
    {
      id: 'flaky',
      heading: 'Flaky tests',
      badge: 'flaky',
      results: results.filter((each) => each.outcome === 'flaky'),
    },
  ];
  const room = { results: MAX_RESULTS, stacks: MAX_ALL_STACKS };
  return html`${sections.filter((section) => section.results.length > 0).map((section) => renderSection(section, room))}`;
}

type Room = { results: number; stacks: number };

function renderSection(section: Section, room: Room): Html {
  const shown = section.results.slice(0, room.results);
  room.results -= shown.length;
  const left = section.results.length - shown.length;
  const tests = [...Map.groupBy(shown, (result) => `${result.suite}\0${result.name}`).values()];
  return html`<section aria-labelledby="${section.id}">
<h2 id="${section.id}">${section.heading} <span class="muted">${section.results.length}</span></h2>
${tests.map((group) => renderTest(group, section.badge, room))}
${left > 0 ? html`<p class="note">And ${count(left, 'more result')}; the JUnit file has them all.</p>` : ''}
</section>`;
}

function renderTest(group: TestResult[], badge: string, room: Room): Html {
  const [first] = group;
  return html`<article class="test">
<h3><span class="badge ${badge}">${badge}</span> <bdi class="suite">${first?.suite}</bdi> <bdi>${first?.name}</bdi></h3>
${group.map((result) => renderResult(result, room))}
</article>`;
}

function renderResult(result: TestResult, room: Room): Html {
  const failed = result.attempts.filter((attempt) => attempt.outcome === 'failed' || attempt.outcome === 'errored');
  const last = failed.at(-1);
  const milliseconds = result.attempts.reduce((sum, attempt) => sum + attempt.durationMs, 0);
  const attempts =
    result.attempts.length > 1 ? ` · failed in ${failed.length} of ${result.attempts.length} attempts` : '';
  return html`<div class="result">
<p class="where"><bdi>${result.device}</bdi> <span class="muted">on <bdi>${result.farm}</bdi> · ${duration(milliseconds)}${attempts}</span></p>
${last?.message ? html`<p class="message"><bdi>${shorten(last.message, MAX_MESSAGE)}</bdi></p>` : ''}
${failed.map((attempt) => renderStack(attempt.stack, failed.length > 1 ? `Stack of attempt ${attempt.attempt}` : 'Stack', room))}
</div>`;
}

function renderStack(stack: string | null, label: string, room: Room): Html {
  if (!stack) return html``;
  const shown = shorten(stack, MAX_STACK);
  if (shown.length > room.stacks) return html`<p class="note">Its stack is left out here; the JUnit file has it.</p>`;
  room.stacks -= shown.length;
  return html`<details><summary>${label}</summary><pre tabindex="0"><bdi>${shown}</bdi></pre></details>`;
}

function shorten(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max).toWellFormed()}…`;
}
