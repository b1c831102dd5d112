/**
 * Ids of things in a tenant: `run_` + route (10) + random (22). The route is opaque, and says which tenant's database to
 * ask; an id with another route than the caller's fails before any query.
 */
import * as z from 'zod/mini';
import { randomBase62 } from './base62.ts';

export const ID_KINDS = {
  artifact: 'art',
  run: 'run',
  job: 'job',
  evidence: 'evi',
  project: 'prj',
  connection: 'con',
  trustPolicy: 'tru',
  person: 'per',
  check: 'chk',
  capability: 'cap',
  hookEvent: 'hev',
  forkRequest: 'frk',
  secret: 'sec',
  farmUpload: 'fup',
} as const;
export type IdKind = keyof typeof ID_KINDS;

/** A tenant's opaque route, carried by its ids and tokens. */
export const ROUTE_LENGTH = 10;
/** The route of operator tokens, which belong to no tenant. */
export const OPERATOR_ROUTE = '0'.repeat(ROUTE_LENGTH);

const RANDOM_LENGTH = 22;

export function newRoute(): string {
  return randomBase62(ROUTE_LENGTH);
}

export function newId(kind: IdKind, route: string): string {
  return `${ID_KINDS[kind]}_${route}${randomBase62(RANDOM_LENGTH)}`;
}

function pattern(kind: IdKind): RegExp {
  return new RegExp(`^${ID_KINDS[kind]}_[0-9A-Za-z]{${ROUTE_LENGTH + RANDOM_LENGTH}}$`);
}

/** The route in an id of this kind; null when it is not one. */
export function routeOfId(kind: IdKind, id: string): string | null {
  return pattern(kind).test(id) ? id.slice(ID_KINDS[kind].length + 1, ID_KINDS[kind].length + 1 + ROUTE_LENGTH) : null;
}

const ANY_ID = new RegExp(
  `^(?:${Object.values(ID_KINDS).join('|')})_([0-9A-Za-z]{${ROUTE_LENGTH}})[0-9A-Za-z]{${RANDOM_LENGTH}}$`,
);

/** The route in an id of whatever kind; null when it is none. */
export const routeOfAnyId = (id: string): string | null => ANY_ID.exec(id)?.[1] ?? null;

/** The wire shape of an id of one kind. */
export function idSchema(kind: IdKind) {
  return z.string().check(z.regex(pattern(kind)));
}
