/**
 * Reads what `am instrument -r` says. Source: Android's `InstrumentationResultPrinter` and its readers; a value may go over
 * several lines, and everything may break off anywhere.
 */
import type { TestOutcome } from '../../contract/terms.ts';
import { numberTests } from '../number-tests.ts';
import type { FarmTest } from '../port.ts';

export type Transcript = {
  tests: FarmTest[];
  /** As the runner counted them before it began; null where it said nothing. */
  expected: number | null;
  /** The whole ended as it should; which says nothing of its tests. */
  isComplete: boolean;
  /** Why it did not, in the device's words; null where it gives none. */
  problem: string | null;
};

const STARTED = 1;
const IN_PROGRESS = 2;
const OUTCOMES: Record<number, TestOutcome> = {
  0: 'passed',
  [-1]: 'errored',
  [-2]: 'failed',
  [-3]: 'skipped',
  [-4]: 'skipped',
};
/** The session ended as it should. */
const RESULT_OK = -1;
const TOKEN = /^INSTRUMENTATION_(STATUS|STATUS_CODE|RESULT|CODE|FAILED|ABORTED): ?(.*)$/;
const MAX_STACK = 64 * 1024;

type Status = Record<string, string>;
type Open = { suite: string; name: string };

export function readTranscript(text: string): Transcript {
  const tests: FarmTest[] = [];
  let status: Status = {};
  const results: Status = {};
  let open: Open | null = null;
  let expected: number | null = null;
  let code: number | null = null;
  let failed: string | null = null;
  let into: { of: Status; key: string } | null = null;

  const end = (outcome: TestOutcome, test: Open, said: string): void => {
    const stack = said.slice(0, MAX_STACK) || null;
    const isRed = outcome === 'failed' || outcome === 'errored';
    tests.push({
      ...test,
      attempt: 1,
      outcome,
      durationMs: 0,
      message: outcome === 'passed' ? null : (stack?.split('\n', 1)[0] ?? null),
      stack: isRed ? stack : null,
    });
  };

  // The last line may be cut, and say something else than it would: `-` and nothing of `-2`.
  for (const line of text.split(/\r?\n/).slice(0, -1)) {
    const token = TOKEN.exec(line);
    if (!token) {
      if (into) into.of[into.key] += `\n${line}`;
      continue;
    }
    const [, kind, value = ''] = token;
    into = null;
    if (kind === 'STATUS' || kind === 'RESULT') {
      const at = value.indexOf('=');
      const key = at < 0 ? value : value.slice(0, at);
      const of = kind === 'STATUS' ? status : results;
      of[key] = at < 0 ? '' : value.slice(at + 1);
      into = { of, key };
    } else if (kind === 'STATUS_CODE') {
      const counted = Number(status.numtests);
      if (Number.isInteger(counted) && status.numtests) expected = Math.max(expected ?? 0, counted);
      const test = { suite: status.class ?? '', name: status.test || 'a test without a name' };
      if (codeOf(value) === STARTED) {
        if (open) end('failed', open, NEVER_ENDED);
        open = test;
      } else if (status.test !== undefined && codeOf(value) !== IN_PROGRESS) {
        // Ignored ones may come without a start; a code that is new to us is not a pass.
        end(OUTCOMES[codeOf(value)] ?? 'errored', test, status.stack ?? '');
        open = null;
      }
      if (status.Error) failed ??= status.Error;
      status = {};
    } else if (kind === 'CODE') code = codeOf(value);
    else failed ??= value;
  }

  const crash = [results.shortMsg, results.longMsg].filter(Boolean).join(': ') || null;
  // Charged to the test that was at work.
  if (open) end('failed', open, crash ?? NEVER_ENDED);
  const isComplete = code === RESULT_OK && failed === null && crash === null;
  return {
    tests: numberTests(tests),
    expected,
    isComplete,
    problem: failed ?? crash ?? (code === null ? 'The test runner broke off.' : null),
  };
}

const NEVER_ENDED = 'The test did not run to its end.';

/** NaN for what is no number: an empty word is not 0, which would be a pass. */
const codeOf = (word: string): number => (/^-?\d{1,5}$/.test(word) ? Number(word) : Number.NaN);
