/**
 * The merged JUnit XML of a run, every attempt included.
 *
 * One suite for each job. The device and farm stand in `classname`, since GitLab knows a test by name and class name and
 * drops a second one. Further attempts are written as Maven Surefire does: `rerunFailure`, `flakyFailure`.
 */
import type { TestResult } from '../contract/results.ts';

type Attempt = TestResult['attempts'][number];

/** Characters of one message and of one stack. */
const MAX_MESSAGE = 4_000;
const MAX_STACK = 32_000;
/** Characters of all stacks together: GitLab takes files of up to 30 MB. */
const MAX_ALL_STACKS = 15_000_000;
const LEFT_OUT = 'left out here; the report has it';

export function renderJunit(run: { name: string; results: readonly TestResult[] }): string {
  const room = { stacks: MAX_ALL_STACKS };
  const jobs = Map.groupBy(run.results, (result) => result.jobId);
  const suites = [...jobs.values()].map((results) => renderSuite(results, room)).join('');
  const attributes = `name=${quoted(run.name)} ${totals(run.results)}`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${attributes}>\n${suites}</testsuites>\n`;
}

type Room = { stacks: number };

function renderSuite(results: readonly TestResult[], room: Room): string {
  const [first] = results;
  const name = first ? `${first.device}, ${first.farm}` : '';
  const cases = results.map((result) => renderCase(result, room)).join('');
  return `  <testsuite name=${quoted(name)} ${totals(results)}>\n${cases}  </testsuite>\n`;
}

function renderCase(result: TestResult, room: Room): string {
  const className = `${result.suite} [${result.device}, ${result.farm}]`;
  const attributes = `name=${quoted(result.name)} classname=${quoted(className)} time="${seconds(lastDuration(result))}"`;
  const children = caseChildren(result, room);
  return children === ''
    ? `    <testcase ${attributes}/>\n`
    : `    <testcase ${attributes}>\n${children}    </testcase>\n`;
}

function caseChildren(result: TestResult, room: Room): string {
  if (result.outcome === 'skipped') {
    const message = result.attempts.at(-1)?.message;
    return `      <skipped${message ? ` message=${quoted(message, MAX_MESSAGE)}` : ''}/>\n`;
  }
  const failed = result.attempts.filter((attempt) => attempt.outcome === 'failed' || attempt.outcome === 'errored');
  if (result.outcome === 'flaky') return failed.map((attempt) => renderRepeated('flaky', attempt, room)).join('');
  if (result.outcome === 'passed') return '';
  const [first, ...reruns] = failed;
  // A failed result without an attempt that says so must still be a failure to the reader.
  if (!first) return '      <failure message="failed"/>\n';
  return renderFailure(first, room) + reruns.map((attempt) => renderRepeated('rerun', attempt, room)).join('');
}

function renderFailure(attempt: Attempt, room: Room): string {
  const element = attempt.outcome === 'errored' ? 'error' : 'failure';
  return `      <${element} ${failureAttributes(attempt)}>${stackText(attempt, room)}</${element}>\n`;
}

function renderRepeated(kind: 'flaky' | 'rerun', attempt: Attempt, room: Room): string {
  const element = `${kind}${attempt.outcome === 'errored' ? 'Error' : 'Failure'}`;
  const stack = `<stackTrace>${stackText(attempt, room)}</stackTrace>`;
  return `      <${element} ${failureAttributes(attempt)}>${stack}</${element}>\n`;
}

function failureAttributes(attempt: Attempt): string {
  return `message=${quoted(attempt.message ?? attempt.outcome, MAX_MESSAGE)} type=${quoted(`attempt ${attempt.attempt}`)}`;
}

function stackText(attempt: Attempt, room: Room): string {
  if (!attempt.stack) return '';
  if (room.stacks < attempt.stack.length) return LEFT_OUT;
  const stack = shorten(attempt.stack, MAX_STACK);
  room.stacks -= stack.length;
  return escapeXml(stack);
}

function totals(results: readonly TestResult[]): string {
  let [errors, failures, skipped, time] = [0, 0, 0, 0];
  for (const result of results) {
    time += lastDuration(result);
    if (result.outcome === 'skipped') skipped += 1;
    if (result.outcome !== 'failed') continue;
    const first = result.attempts.find((attempt) => attempt.outcome === 'failed' || attempt.outcome === 'errored');
    if (first?.outcome === 'errored') errors += 1;
    else failures += 1;
  }
  return `tests="${results.length}" failures="${failures}" errors="${errors}" skipped="${skipped}" time="${seconds(time)}"`;
}

function lastDuration(result: TestResult): number {
  return result.attempts.at(-1)?.durationMs ?? 0;
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1000).toFixed(3);
}

function shorten(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max)}… ${LEFT_OUT}`;
}

function quoted(text: string, max = 1_000): string {
  // A line break in an attribute would come back as a space.
  const escaped = escapeXml(shorten(text, max))
    .replaceAll('"', '&quot;')
    .replaceAll('\t', '&#9;')
    .replaceAll('\n', '&#10;');
  return `"${escaped}"`;
}

/** Removes what XML 1.0 (section 2.2) forbids even when escaped, and keeps the rest as it was. */
function escapeXml(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll('\r', '\n')
    .replace(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
