/** What no answer may hold, whatever was asked. */
import type { IncomingHttpHeaders } from 'node:http';

const LEAKS: readonly [what: string, pattern: RegExp][] = [
  ['a stack', /(^|\n|\\n)\s*at .{1,200}:\d+:\d+/],
  ['a file path', /node_modules|\b[\w-]+\.[cm]?[jt]s:\d|(?<![\w/:.])\/(home|usr|var|srv|app|opt|root|tmp|etc)\/\w/],
  ['SQL', /\bselect\b.{1,300}\bfrom\b|\binsert into\b|\bupdate\b.{1,100}\bset\b|\bsyntax error at\b|\brelation "/i],
  ['the name of a part inside', /\b(ECONN\w+|ERR_[A-Z_]{3,}|postgres(ql)?|kysely|pg-boss|hono|llhttp|SQLSTATE)\b/i],
  ['an identity token', /\beyJ[\w-]{8,}\.eyJ[\w-]{8,}/],
  ['a token', /\bdl_(ci|run|pat|adm)_[0-9A-Za-z]{49}/],
];

/** @returns what it is, and never the thing itself; null: nothing */
export function leakIn(text: string): string | null {
  return LEAKS.find(([, pattern]) => pattern.test(text))?.[0] ?? null;
}

/** What headers say to whom it is not said. */
export function leakInHeaders(headers: IncomingHttpHeaders): string | null {
  for (const name of ['server', 'x-powered-by', 'x-aspnet-version', 'x-runtime', 'access-control-allow-origin']) {
    if (headers[name] !== undefined) return `the header ${name}`;
  }
  return null;
}
