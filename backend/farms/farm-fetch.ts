/** One HTTP call to a farm that has no client of its own, with every way of failing told apart. */
import * as z from 'zod/mini';
import type { Outgoing } from '../outgoing/port.ts';
import { FarmError } from './port.ts';
import { MAX_ANSWER, notReached, wasNotSent } from './reach.ts';

export type Calls = {
  outgoing: Outgoing;
  baseUrl: string;
  /** Milliseconds to wait for an answer. */
  timeoutMs: number;
  /** Sent with each call, such as the credential. */
  headers?: Readonly<Record<string, string>>;
  /** Whether a refusal is one for asking too often, where the farm does not say so by its status. */
  isThrottled?(status: number, text: string): boolean;
  /** Statuses that are answers beside those of success. */
  takes?: readonly number[];
  /** The farm's own words in a refusal, if it gives some. */
  explain?(text: string): string | null;
};

/** Characters of a refusal that are looked at. */
const MAX_REFUSAL = 2_000;
/** Characters of it that are repeated. */
const MAX_REASON = 300;

/**
 * @param mayStart whether an answer that is lost leaves something started
 * @throws FarmError
 */
export async function call(
  { outgoing, baseUrl, timeoutMs, headers, isThrottled, takes = [], explain }: Calls,
  path: string,
  init: RequestInit,
  mayStart = false,
): Promise<Response> {
  const lost = mayStart ? 'unknown_outcome' : 'broken';
  let response: Response;
  try {
    response = await outgoing.fetch(new URL(path, baseUrl), {
      ...init,
      headers: { ...headers, ...(init.headers as Record<string, string> | undefined) },
      mostBytes: MAX_ANSWER,
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    throw (
      notReached(error) ??
      new FarmError(wasNotSent(error) ? 'broken' : lost, 'The farm did not answer.', { cause: error })
    );
  }
  if (response.ok || takes.includes(response.status)) return response;
  const said = isThrottled || explain ? (await response.text().catch(() => '')).slice(0, MAX_REFUSAL) : '';
  await response.body?.cancel().catch(() => {});
  if (response.status === 429 || isThrottled?.(response.status, said)) {
    const seconds = Number(response.headers.get('retry-after'));
    const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
    throw new FarmError('broken', 'The farm asks for patience.', { retryAfterMs });
  }
  if (response.status >= 500) throw new FarmError(lost, `The farm failed with status ${response.status}.`);
  if (response.status < 400) throw new FarmError(lost, 'The farm leads elsewhere, and is not followed.');
  const reason = explain?.(said)?.slice(0, MAX_REASON);
  throw new FarmError(
    'refused',
    `The farm refused the request with status ${response.status}${reason ? `: ${reason}` : '.'}`,
  );
}

/** The answer's JSON in the expected shape. @throws FarmError `broken`, or `unknown_outcome` where it may have started something */
export async function answer<T>(response: Response, schema: z.ZodMiniType<T>, mayStart = false): Promise<T> {
  try {
    return z.parse(schema, await response.json());
  } catch (error) {
    throw new FarmError(mayStart ? 'unknown_outcome' : 'broken', 'The farm’s answer is not understood.', {
      cause: error,
    });
  }
}
