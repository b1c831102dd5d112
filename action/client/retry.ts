/** When another try helps, and how long to wait before it. */
import { HttpFailure } from './refusal.ts';

/** Milliseconds. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 20_000;
/** A server that wants a longer pause than this is taken at its word: the step ends instead of holding a CI machine. */
const LONGEST_RETRY_AFTER = 120_000;

/** The connection failed, was cut, or went silent. */
export class NetworkFailure extends Error {
  constructor(cause: unknown) {
    super('the connection failed', { cause });
    this.name = this.constructor.name;
  }

  /** What the system says, such as ECONNREFUSED; fetch hides it one level down. */
  get reason(): string {
    const seen: string[] = [];
    for (let error = this.cause; error && seen.length < 4; error = (error as Error).cause) {
      const { code, message } = error as { code?: string; message?: string };
      seen.push(code ?? message ?? '');
    }
    return seen.findLast((text) => text !== '') ?? 'unknown';
  }

  /** The server's certificate is not trusted: no number of tries changes that. */
  get isCertificate(): boolean {
    return /CERT|SELF_SIGNED|UNABLE_TO_VERIFY/.test(this.reason);
  }
}

/** Exponential back-off with full jitter, in milliseconds. `failures`: tries that have failed so far, from 1. */
export function backOff(failures: number, random: () => number): number {
  return random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (failures - 1));
}

/** Milliseconds to wait before another try; null where none would help. */
export function waitBeforeRetry(error: unknown, failures: number, random: () => number): number | null {
  if (error instanceof NetworkFailure) return error.isCertificate ? null : backOff(failures, random);
  if (!(error instanceof HttpFailure)) return null;
  if (error.status !== 408 && error.status !== 429 && error.status < 500) return null;
  if (error.retryAfter === null) return backOff(failures, random);
  return error.retryAfter > LONGEST_RETRY_AFTER ? null : error.retryAfter + random() * FIRST_WAIT;
}

/** A `Retry-After` header (RFC 9110, 10.2.3: seconds, or a date) in milliseconds; null where it is absent or unreadable. */
export function parseRetryAfter(value: string | null, now: number): number | null {
  if (value === null) return null;
  if (/^\d{1,9}$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
