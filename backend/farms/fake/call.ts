/** One HTTP call to the fake farm, with every way of failing told apart. */
import * as z from 'zod/mini';
import { FarmError } from '../port.ts';

export type Calls = {
  baseUrl: string;
  /** Milliseconds to wait for an answer. */
  timeoutMs: number;
};

/** Codes of undici and the system that say that no request was sent. */
const NOT_SENT = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'UND_ERR_CONNECT_TIMEOUT']);

/**
 * @param mayStart whether an answer that is lost leaves something started
 * @throws FarmError
 */
export async function call(
  { baseUrl, timeoutMs }: Calls,
  path: string,
  init: RequestInit & { duplex?: 'half' },
  mayStart = false,
): Promise<Response> {
  const lost = mayStart ? 'unknown_outcome' : 'broken';
  let response: Response;
  try {
    response = await fetch(new URL(path, baseUrl), {
      ...init,
      redirect: 'error',
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    throw new FarmError(notSent(error) ? 'broken' : lost, 'The farm did not answer.', { cause: error });
  }
  if (response.ok) return response;
  await response.body?.cancel();
  if (response.status === 429) {
    const seconds = Number(response.headers.get('retry-after'));
    const retryAfterMs = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
    throw new FarmError('broken', 'The farm asks for patience.', { retryAfterMs });
  }
  if (response.status >= 500) throw new FarmError(lost, `The farm failed with status ${response.status}.`);
  throw new FarmError('refused', `The farm refused the request with status ${response.status}.`);
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

function notSent(error: unknown): boolean {
  const cause = (error as { cause?: { code?: unknown } }).cause;
  return typeof cause?.code === 'string' && NOT_SENT.has(cause.code);
}
