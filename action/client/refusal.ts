/** Turns the server's problem details into the sentence that a developer reads: it names the step's input to change. */
import { Problem } from '../../backend/contract/problem.ts';
import { BrokenError, RefusedError, type SubmissionError } from './errors.ts';

/** From a request's field to the step's input, where their names differ. */
const INPUT_OF_FIELD: Record<string, string> = {
  farms: 'farm',
  queueTimeout: 'queue-timeout',
  failOn: 'fail-on',
  artifacts: 'app',
};
const INPUTS = [
  ...['app', 'tests', 'farm', 'framework', 'devices', 'shards', 'retries', 'env'],
  ...['timeout', 'queue-timeout', 'wait', 'fail-on', 'name', 'token'],
];

/** The input that a problem's field belongs to; null where it is none that the caller wrote. */
export function inputOfField(field: string): string | null {
  const head = /^[A-Za-z_]+/.exec(field)?.[0] ?? '';
  const input = INPUT_OF_FIELD[head] ?? head;
  return INPUTS.includes(input) ? input : null;
}

/** An answer that is not a success, before it is known whether another try helps. */
export class HttpFailure extends Error {
  readonly status: number;
  readonly problem: Problem | null;
  /** Milliseconds that the server asks to wait; null where it asks for nothing. */
  readonly retryAfter: number | null;

  constructor(status: number, problem: Problem | null, retryAfter: number | null) {
    super(`HTTP ${status}`);
    this.name = this.constructor.name;
    this.status = status;
    this.problem = problem;
    this.retryAfter = retryAfter;
  }
}

/** Reads problem details; null where the text is none, such as a proxy's HTML page. */
export function parseProblem(text: string): Problem | null {
  try {
    const parsed = Problem.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

/** What the caller is told of a failure that no further try mends. `input`: the step's input that the request is about. */
export function explainFailure(failure: HttpFailure, what: string, input: string | null): SubmissionError {
  const { problem, status } = failure;
  if (!problem) {
    const message = `${what}: the server answered HTTP ${status} without saying why. Does \`server\` name a Devicelane backend?`;
    return status >= 500 ? new BrokenError(message) : new RefusedError(message);
  }
  const named = (problem.field === undefined ? null : inputOfField(problem.field)) ?? input;
  const sentence = `${named ? `${named}: ` : ''}${problem.detail} (${what}: ${problem.code}, request ${problem.requestId})`;
  return status >= 500 ? new BrokenError(sentence) : new RefusedError(sentence, problem.code);
}
