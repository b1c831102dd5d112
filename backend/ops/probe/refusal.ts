/** Judges an answer: whether it is the refusal that it must be, and tells nothing beside. */
import { Problem } from '../../contract/problem.ts';
import { ERROR_CODES } from '../../errors.ts';
import { NoAnswer } from './attack.ts';
import { leakIn, leakInHeaders } from './leak.ts';
import type { Answer } from './target.ts';

/** What the contract answers where something is wrong with the request, and not with the server. */
export const ANY_REFUSAL = [400, 401, 403, 404, 405, 409, 410, 411, 413, 415, 422];

/** @returns what came instead of a refusal with one of these statuses; null: it is one. @throws NoAnswer */
export function whatCame(answer: Answer, statuses: readonly number[]): string | null {
  const { status, headers } = answer;
  const said = problemOf(answer);
  if (said?.code === 'unavailable') throw new NoAnswer('503: a part of the server is not available');
  // Who asks too much is refused before being looked at.
  if (!statuses.includes(status) && status !== 429) return describe(answer);
  if (grantsCookie(answer)) return `${status}, and a cookie`;
  if (!said) return `${status}, and no problem details (RFC 9457) of the contract`;
  if (said.status !== status || ERROR_CODES[said.code].status !== status) {
    return `${status}, and a problem of another status`;
  }
  if (said.requestId === '' || said.requestId !== headers['x-request-id']) return `${status}, and no request id`;
  if (!/\bno-store\b/.test(String(headers['cache-control']))) return `${status}, and may be stored (Cache-Control)`;
  return whatItTells(answer);
}

/** @returns what an answer of any status tells that it must not */
export function whatItTells(answer: Answer): string | null {
  if (answer.echoes) return `${answer.status}, and what was sent is in the answer`;
  const leak = leakIn(answer.text) ?? leakIn(JSON.stringify(answer.headers)) ?? leakInHeaders(answer.headers);
  return leak === null ? null : `${answer.status}, and tells ${leak}`;
}

export function problemOf({ headers, text }: Answer): Problem | null {
  if (headers['content-type'] !== 'application/problem+json') return null;
  try {
    return Problem.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

function describe(answer: Answer): string {
  const said = problemOf(answer);
  const type = /^[\w.+-]+\/[\w.+-]+/.exec(answer.headers['content-type'] ?? '')?.[0];
  return [`${answer.status}`, said?.code ?? type].filter(Boolean).join(' ');
}

const grantsCookie = ({ headers }: Answer): boolean =>
  (headers['set-cookie'] ?? []).some((cookie) => !/max-age=0\b/i.test(cookie));
