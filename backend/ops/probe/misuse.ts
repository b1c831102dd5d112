/** Attacks by requests that are not as the contract says. */
import { gzipSync } from 'node:zlib';
import { randomBase62 } from '../../contract/base62.ts';
import { newRoute } from '../../contract/ids.ts';
import type { Route } from '../../contract/routes.ts';
import { type Attack, attemptEach } from './attack.ts';
import { ANY_REFUSAL, whatCame } from './refusal.ts';
import { ALL_ROUTES, CLOSED_ROUTES, fieldsOf, nameOf, PUBLIC_ROUTES, pathOf } from './route-path.ts';
import type { Asked } from './target.ts';

/** More than any small body that is read, and less than a part of an upload. */
const TOO_MUCH = 1024 * 1024;
const JSON_TYPE = { 'content-type': 'application/json' };
const FORM_TYPE = { 'content-type': 'application/x-www-form-urlencoded' };

type Misuse = {
  row: string;
  asks: string;
  must?: string;
  statuses?: readonly number[];
  routes: readonly Route[];
  make(route: Route): Pick<Asked, 'body' | 'headers' | 'secrets'> & { method?: string; query?: string };
};

const takesBody = PUBLIC_ROUTES.filter(({ request }) => request !== undefined);
const takesForm = takesBody.filter(({ request }) => request?.contentType === FORM_TYPE['content-type']);
const closedWithBody = CLOSED_ROUTES.filter(({ request }) => request !== undefined);

const MISUSES: readonly Misuse[] = [
  ...['DELETE', 'PUT', 'PATCH', 'POST', 'GET', 'PROPFIND', 'SEARCH'].map((method) => ({
    row: '-',
    asks: `routes by the method ${method}, which they do not have`,
    must: '404 or 405',
    statuses: [404, 405],
    routes: ALL_ROUTES.filter(
      ({ path }) => !ALL_ROUTES.some((other) => other.path === path && other.method === method.toLowerCase()),
    ),
    make: () => ({ method }),
  })),
  {
    row: '-',
    asks: 'public routes with a body of another type',
    routes: takesBody,
    make: () => ({ headers: { 'content-type': 'text/plain' }, body: 'a=b' }),
  },
  { row: '-', asks: 'public routes with a body of no type', routes: takesBody, make: () => ({ body: 'a=b' }) },
  { row: '-', asks: 'public routes with no body', routes: takesBody, make: (route) => ({ headers: typeOf(route) }) },
  {
    row: '-',
    asks: 'public routes with a field twice',
    routes: takesForm,
    make: (route) => {
      const secret = randomBase62(24);
      const twice = fieldsOf(route).map((field) => `${field}=${secret}&${field}=${secret}`);
      return { headers: FORM_TYPE, body: twice.join('&'), secrets: [secret] };
    },
  },
  {
    row: '-',
    asks: 'public routes with properties of every object',
    routes: takesBody,
    make: (route) => ({ headers: typeOf(route), body: ofPrototypes(route) }),
  },
  {
    row: 'C7',
    asks: 'public routes with a body that is not UTF-8',
    routes: takesBody,
    make: (route) => ({ headers: typeOf(route), body: Buffer.from([0xff, 0xfe, 0x3d, 0xc0, 0x80]) }),
  },
  {
    row: 'C7',
    asks: 'public routes with a body of NUL',
    routes: takesBody,
    make: (route) => ({ headers: typeOf(route), body: Buffer.alloc(64) }),
  },
  {
    row: 'C1',
    asks: 'public routes with a body of a megabyte',
    routes: takesBody,
    make: (route) => ({ headers: typeOf(route), body: `a=${'x'.repeat(TOO_MUCH)}` }),
  },
  {
    row: 'C5',
    asks: 'public routes with a body that is 16 MiB when inflated',
    routes: takesBody,
    make: (route) => ({
      headers: { ...typeOf(route), 'content-encoding': 'gzip' },
      body: gzipSync(Buffer.alloc(16 * 1024 * 1024)),
    }),
  },
  {
    row: 'C1',
    asks: 'closed routes with a body of a megabyte, and no credential',
    must: '401 or 413',
    statuses: [401, 413],
    routes: closedWithBody,
    make: (route) => ({ headers: typeOf(route), body: Buffer.alloc(TOO_MUCH, '[') }),
  },
  {
    row: 'C7',
    asks: 'every route that takes a body with JSON 100 000 deep',
    routes: ALL_ROUTES.filter(({ request }) => request !== undefined),
    make: () => ({ headers: JSON_TYPE, body: '['.repeat(100_000) + ']'.repeat(100_000) }),
  },
  ...['probe', 'constructor', '__proto__', 'tenant'].map((name) => ({
    row: name === 'tenant' ? 'B2' : '-',
    asks: `public routes with the query ${name}, which they do not have`,
    routes: PUBLIC_ROUTES.filter(({ query }) => !query || !Object.hasOwn(query, name)),
    make: (route: Route) => ({ query: `?${name}=1`, ...(route.request ? { headers: typeOf(route), body: '{' } : {}) }),
  })),
];

const typeOf = (route: Route): Record<string, string> => ({ 'content-type': route.request?.contentType ?? '' });

function ofPrototypes(route: Route): string {
  if (route.request?.contentType === FORM_TYPE['content-type']) return '__proto__=1&constructor=1&toString=1';
  return '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}},"toString":1}';
}

export const MISUSE_ATTACKS: readonly Attack[] = MISUSES.map((misuse) => ({
  row: misuse.row,
  asks: misuse.asks,
  must: misuse.must ?? '4xx',
  attempt: (target) =>
    attemptEach(misuse.routes, nameOf, async (route) => {
      const { method = route.method.toUpperCase(), query = '', headers, ...rest } = misuse.make(route);
      const path = pathOf(route, newRoute()) + query;
      const answer = await target.ask({ method, path, headers: { origin: target.origin, ...headers }, ...rest });
      return whatCame(answer, misuse.statuses ?? ANY_REFUSAL);
    }),
}));
