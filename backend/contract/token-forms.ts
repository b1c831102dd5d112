/**
 * The forms of tokens: `dl_ci_` + route (10) + random (33, over 196 bits) + checksum (6). A scanner finds them by
 * `dl_(ci|run|pat|adm)_[0-9A-Za-z]{49}`; the server keeps only their SHA-256.
 */
import { checksum, randomBase62 } from './base62.ts';
import { ROUTE_LENGTH } from './ids.ts';

/** `ci`: capability of a CI job; `run`: run handle; `pat`: API token; `adm`: operator. */
export const TOKEN_KINDS = ['ci', 'run', 'pat', 'adm'] as const;
export type TokenKind = (typeof TOKEN_KINDS)[number];

/** Base 62 characters after the route. */
export const RANDOM_LENGTH = 33;
const FORM = /^dl_(ci|run|pat|adm)_([0-9A-Za-z]{10})([0-9A-Za-z]{33})([0-9A-Za-z]{6})$/;

export function newToken(kind: TokenKind, route: string): string {
  return tokenOf(kind, route, randomBase62(RANDOM_LENGTH));
}

export function tokenOf(kind: TokenKind, route: string, random: string): string {
  const body = `dl_${kind}_${route}${random}`;
  return body + checksum(body);
}

/** What a token says of itself; null when it has not the form or its checksum is off. It proves nothing yet. */
export function parseToken(token: string): { kind: TokenKind; route: string } | null {
  const match = FORM.exec(token);
  if (!match?.[1] || !match[2] || token.slice(-6) !== checksum(token.slice(0, -6))) return null;
  return { kind: match[1] as TokenKind, route: match[2].slice(0, ROUTE_LENGTH) };
}
