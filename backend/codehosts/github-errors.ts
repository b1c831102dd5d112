/** What GitHub's refusals mean: try again, when, or never. */
import { AnswerTooLarge } from './bounded-fetch.ts';
import { CodeHostError } from './port.ts';

/** For a limit without a time: GitHub asks for at least a minute. */
const LIMITED_FOR_MS = 60_000;

type Answer = { status: number; headers: Record<string, string | number | undefined>; message: string };

/** The error of this door for anything that Octokit threw. Says what was refused, and nothing of what was sent. */
export function codeHostError(error: unknown, now: Date): CodeHostError {
  if (error instanceof CodeHostError) return error;
  // Octokit wraps what `fetch` throws.
  if ((error as Error).cause instanceof AnswerTooLarge) {
    return new CodeHostError('unusable', 'GitHub’s answer is too large', { cause: error });
  }
  const answer = answerOf(error);
  if (!answer) return new CodeHostError('broken', 'GitHub could not be reached', { cause: error });
  const { status } = answer;
  if (isLimited(answer)) {
    const retryAfterMs = waitOf(answer, now);
    return new CodeHostError('broken', `GitHub’s rate limit was reached (${status})`, { cause: error, retryAfterMs });
  }
  // 403: suspended, archived, or not ours. 422: no such commit, after a force push.
  if ([403, 404, 410, 422, 451].includes(status)) {
    return new CodeHostError('gone', `GitHub refuses this for good (${status})`, { cause: error });
  }
  return new CodeHostError('broken', `GitHub failed (${status})`, { cause: error, ...retryAfter(answer) });
}

function answerOf(error: unknown): Answer | null {
  const { status, response, message } = error as {
    status?: number;
    response?: { headers: Answer['headers'] };
    message?: string;
  };
  // Octokit gives a failed connection the status 500, but no response.
  return status === undefined || !response ? null : { status, headers: response.headers, message: message ?? '' };
}

function isLimited({ status, headers, message }: Answer): boolean {
  if (status === 429) return true;
  if (status !== 403) return false;
  return (
    headers['retry-after'] !== undefined ||
    String(headers['x-ratelimit-remaining']) === '0' ||
    /rate limit|abuse detection/i.test(message)
  );
}

function waitOf(answer: Answer, now: Date): number {
  const { retryAfterMs } = retryAfter(answer);
  if (retryAfterMs !== undefined) return retryAfterMs;
  const reset = Number(answer.headers['x-ratelimit-reset']);
  const isSpent = String(answer.headers['x-ratelimit-remaining']) === '0';
  return isSpent && reset > 0 ? Math.max(1_000, reset * 1000 - now.getTime()) : LIMITED_FOR_MS;
}

function retryAfter({ headers }: Answer): { retryAfterMs?: number } {
  const seconds = Number(headers['retry-after']);
  return seconds > 0 ? { retryAfterMs: seconds * 1000 } : {};
}
