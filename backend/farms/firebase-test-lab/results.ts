/** What an ended matrix left: its tests from Tool Results, page by page, and its files from the bucket. */
import { numberTests } from '../number-tests.ts';
import { FarmError, type FarmEvidence, type FarmResults, type FarmTest } from '../port.ts';
import type { GoogleClient } from './client.ts';
import { evidenceOf } from './evidence.ts';
import { readPerformance } from './performance.ts';
import type { FirebaseSettings } from './settings.ts';
import { outcomeOf } from './states.ts';
import { type Matrix, milliseconds, type Step, Steps, type TestCase, TestCases } from './wire.ts';

const MAX_EVIDENCE = 500;
const MAX_STACK = 64 * 1024;

type Deps = { client: GoogleClient; settings: FirebaseSettings };

/** Where Tool Results keeps what this matrix left; null before it has begun. */
export function executionPath({ projectId }: FirebaseSettings, matrix: Matrix): string | null {
  const at = matrix.resultStorage?.toolResultsExecution;
  if (!at) return null;
  return `/toolresults/v1beta3/projects/${projectId}/histories/${encodeURIComponent(at.historyId)}/executions/${encodeURIComponent(at.executionId)}`;
}

export async function readSteps({ client, settings }: Deps, matrix: Matrix): Promise<Step[]> {
  const path = executionPath(settings, matrix);
  if (path === null) return [];
  const pages = await client.list('toolresults', `${path}/steps`, { pageSize: 200 }, Steps);
  return pages.flatMap(({ steps }) => steps);
}

/** @throws FarmError `broken` where fewer tests are listed than were counted */
export async function readResults(deps: Deps, matrix: Matrix): Promise<FarmResults> {
  const steps = await readSteps(deps, matrix);
  const path = executionPath(deps.settings, matrix);
  const tests: FarmTest[] = [];
  const evidence: FarmEvidence[] = [];
  let expected: number | null = null;
  for (const step of steps) {
    const at = `${path}/steps/${encodeURIComponent(step.stepId)}`;
    const pages = await deps.client.list('toolresults', `${at}/testCases`, { pageSize: 500 }, TestCases);
    const listed = pages.flatMap(({ testCases }) => testCases);
    const counted = countOf(step);
    if (counted !== null && listed.length < counted) {
      throw new FarmError('broken', `The farm counts ${counted} tests and lists ${listed.length}.`);
    }
    const attempt = (step.multiStep?.multistepNumber ?? 0) + 1;
    // Later attempts run the same tests again.
    if (attempt === 1 && counted !== null) expected = (expected ?? 0) + counted;
    tests.push(...listed.map((each) => testOf(each, attempt)));
    evidence.push(...evidenceOf(deps, step), ...(await readPerformance(deps.client, at, step)));
  }
  return { expected, tests: numberTests(tests), evidence: evidence.slice(0, MAX_EVIDENCE) };
}

function countOf({ testExecutionStep }: Step): number | null {
  const overviews = testExecutionStep?.testSuiteOverviews ?? [];
  return overviews.length === 0 ? null : overviews.reduce((sum, { totalCount }) => sum + (totalCount ?? 0), 0);
}

function testOf(test: TestCase, attempt: number): FarmTest {
  const outcome = outcomeOf(test);
  const stack = test.stackTraces[0]?.exception?.slice(0, MAX_STACK) ?? null;
  return {
    suite: test.testCaseReference?.className ?? test.testCaseReference?.testSuiteName ?? '',
    name: test.testCaseReference?.name || 'a test without a name',
    attempt,
    outcome,
    durationMs: milliseconds(test.elapsedTime),
    message: outcome === 'passed' ? null : (stack?.split('\n', 1)[0] ?? test.skippedMessage ?? null),
    stack: outcome === 'passed' ? null : stack,
  };
}
