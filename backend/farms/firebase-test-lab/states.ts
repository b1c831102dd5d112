/** Google's words for matrices, executions and tests, in ours. */
import type { TestOutcome } from '../../contract/terms.ts';
import type { Observation } from '../port.ts';
import { type Matrix, milliseconds, type Step, type TestCase } from './wire.ts';

type Ended = Extract<Observation, { state: 'ended' }>;

const LIVE: Record<string, 'queued' | 'running'> = { VALIDATING: 'queued', PENDING: 'queued', RUNNING: 'running' };
const REFUSED = ['INVALID', 'UNSUPPORTED_ENVIRONMENT', 'INCOMPATIBLE_ENVIRONMENT', 'INCOMPATIBLE_ARCHITECTURE'];
const ENDED = [...REFUSED, 'FINISHED', 'ERROR', 'CANCELLED'];
/** Nothing that the one who wrote the workflow could change. */
const NOT_THEIRS = ['TEST_QUOTA_EXCEEDED', 'SERVICE_NOT_ACTIVATED', 'UNKNOWN_PERMISSION_ERROR', 'DETAILS_UNAVAILABLE'];

const TESTS: Record<string, TestOutcome> = {
  passed: 'passed',
  // It passed in the end; what failed before it is an attempt of its own.
  flaky: 'passed',
  failed: 'failed',
  error: 'errored',
  skipped: 'skipped',
};

/** A test without a word passed: so the API leaves out its first value. One that is new to us is not a pass. */
export const outcomeOf = ({ status, stackTraces }: TestCase): TestOutcome => {
  if (!status) return stackTraces.length > 0 ? 'errored' : 'passed';
  return TESTS[status] ?? 'errored';
};

export const isOver = ({ state }: Matrix): boolean => ENDED.includes(state ?? '');

/** @param steps of a matrix that is over */
export function observationOf(matrix: Matrix, steps: readonly Step[]): Observation {
  const consoleUrl = consoleUrlOf(matrix);
  // A state that is new to us is one of a matrix that goes on.
  if (!isOver(matrix)) return { state: LIVE[matrix.state ?? ''] ?? 'running', consoleUrl };
  const deviceMs = steps.reduce((sum, step) => sum + billedMs(step), 0);
  return { state: 'ended', ...outcomeOfMatrix(matrix, steps), deviceMs, consoleUrl };
}

/** Google's console alone: the address is the farm's word, and is shown to people. */
function consoleUrlOf({ resultStorage }: Matrix): string | null {
  const url = resultStorage?.resultsUrl ?? '';
  return /^https:\/\/console\.(firebase|cloud)\.google\.com\//.test(url) ? url : null;
}

/** Whole minutes of the test's process, at least one. */
function billedMs({ testExecutionStep }: Step): number {
  const took = milliseconds(testExecutionStep?.testTiming?.testProcessDuration);
  return took === 0 ? 0 : Math.ceil(took / 60_000) * 60_000;
}

function outcomeOfMatrix(matrix: Matrix, steps: readonly Step[]): Pick<Ended, 'outcome' | 'reason'> {
  const { state, testExecutions, outcomeSummary } = matrix;
  const said = testExecutions.map(({ testDetails }) => testDetails?.errorMessage).find(Boolean) ?? null;
  const states = [state, ...testExecutions.map((each) => each.state)].map((each) => each ?? '');
  if (states.some((each) => REFUSED.includes(each))) {
    const why = whyInvalid(matrix) ?? said ?? states.find((each) => REFUSED.includes(each)) ?? null;
    const isTheirs = !NOT_THEIRS.includes(matrix.invalidMatrixDetails ?? '');
    return { outcome: isTheirs ? 'invalid' : 'errored', reason: why };
  }
  if (states.includes('CANCELLED')) return { outcome: 'cancelled', reason: said };
  if (states.includes('ERROR')) return { outcome: 'errored', reason: said };
  if (steps.some(({ outcome }) => outcome?.failureDetail?.timedOut)) return { outcome: 'timed_out', reason: said };
  // Likely to pass when tried again, as Google itself says.
  if (outcomeSummary === 'INCONCLUSIVE')
    return { outcome: 'errored', reason: said ?? 'The farm calls the run inconclusive.' };
  return { outcome: 'completed', reason: said };
}

function whyInvalid({ invalidMatrixDetails, extendedInvalidMatrixDetails: more }: Matrix): string | null {
  const details = more.map(({ reason, message }) => [reason, message].filter(Boolean).join(': ')).filter(Boolean);
  return [invalidMatrixDetails, ...details].filter(Boolean).join('; ') || null;
}
