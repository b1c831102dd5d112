/** Calls of Azure's client: what it throws holds requests, with signatures and tokens, so none of it goes on. */
import { setTimeout as sleep } from 'node:timers/promises';
import { BlobStoreFailed } from './port.ts';

export type Pace = {
  /** Attempts of one request. */
  tries: number;
  /** Before the third; doubles from there on. */
  retryDelayMs: number;
  /** A connection on which nothing moves for this long is given up. */
  idleMs: number;
};

/** A call that Azure answered with an error, known by its status and code alone. */
export class AzureRefused extends BlobStoreFailed {
  /** 0: there was no answer. */
  readonly status: number;
  /** Such as `BlobNotFound`. */
  readonly code: string;

  constructor(what: string, status: number, code: string) {
    super(`Azure Blob Storage: ${what} failed: ${status === 0 ? 'no answer' : status} ${code}`.trimEnd());
    this.status = status;
    this.code = code;
  }
}

/** Does one call. The client tries 500, 503 and lost connections again by itself, but not 429. @throws AzureRefused */
export async function call<T>(pace: Pace, what: string, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const refused = toRefused(what, error);
      if (refused.status !== 429 || attempt >= pace.tries) throw refused;
      await sleep(pace.retryDelayMs * 2 ** (attempt - 1));
    }
  }
}

/** Codes are ours to print only when they are names: a message may quote a URL. */
export function toRefused(what: string, error: unknown): AzureRefused {
  const { statusCode, code, details, name } = error as {
    statusCode?: unknown;
    code?: unknown;
    details?: { errorCode?: unknown };
    name?: unknown;
  };
  const named = [details?.errorCode, code, name].find((each) => typeof each === 'string' && /^\w{1,60}$/.test(each));
  return new AzureRefused(what, typeof statusCode === 'number' ? statusCode : 0, (named as string | undefined) ?? '');
}

/** null when the thing that a call works on, or the container that it is in, does not exist. */
export async function absentIsNull<T>(result: Promise<T>): Promise<T | null> {
  try {
    return await result;
  } catch (error) {
    if (error instanceof AzureRefused && error.status === 404) return null;
    throw error;
  }
}
