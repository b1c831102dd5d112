/** Attacks on what answers say: to a foreign page, to a framing site, to a cache, to somebody who is only curious. */
import { randomBase62 } from '../../contract/base62.ts';
import { newRoute } from '../../contract/ids.ts';
import { type Attack, attemptEach } from './attack.ts';
import { problemOf, whatCame, whatItTells } from './refusal.ts';
import { ALL_ROUTES, CLOSED_ROUTES, nameOf, PUBLIC_ROUTES, pathOf, wrongBodyOf } from './route-path.ts';
import type { Answer, Target } from './target.ts';

const EVIL = 'https://evil.example';

const PAGES: readonly { name: string; path: string }[] = [
  { name: 'the sign-in page', path: `/sign-in/${'0'.repeat(53)}` },
  { name: 'the list of runs', path: '/' },
  { name: 'a page that is not', path: '/nothing' },
  { name: 'the stylesheet', path: '/assets/style.css' },
  { name: 'a probe of life', path: '/healthz' },
];

/** @returns the first header that does not keep a browser from what it should not do */
function missingHeader(target: Target, { status, headers }: Answer): string | null {
  const policy = String(headers['content-security-policy']);
  const wanted: readonly [name: string, holds: boolean][] = [
    ['Content-Security-Policy', /default-src 'none'/.test(policy) && /frame-ancestors 'none'/.test(policy)],
    ['Content-Security-Policy', !/unsafe-|\*|http:|data:/.test(policy)],
    ['X-Content-Type-Options', headers['x-content-type-options'] === 'nosniff'],
    ['X-Frame-Options', headers['x-frame-options'] === 'DENY'],
    ['Referrer-Policy', /^(no-referrer|same-origin)$/.test(String(headers['referrer-policy']))],
    [
      'Strict-Transport-Security',
      target.url.protocol === 'http:' || /max-age=\d{7,}/.test(String(headers['strict-transport-security'])),
    ],
  ];
  const missing = wanted.find(([, holds]) => !holds);
  return missing ? `${status}, and no good ${missing[0]}` : null;
}

/** What other servers leave open, and this one must not have. */
const CURIOUS = [
  '/metrics',
  '/metrics/',
  '/debug/pprof/',
  '/debug/vars',
  '/actuator/env',
  '/server-status',
  '/status',
  '/admin',
  '/graphql',
  '/swagger.json',
  '/api',
  '/console',
  '/.well-known/openid-configuration',
  '/oauth/token/introspect',
  '/v1/tenants',
  '/v2/runs',
];

export const ANSWER_ATTACKS: readonly Attack[] = [
  {
    row: '-',
    asks: 'pages for a browser that guesses, frames and tells',
    must: 'headers that forbid it',
    attempt: (target) =>
      attemptEach(
        PAGES,
        ({ name }) => name,
        async ({ path }) => {
          const answer = await target.ask({ method: 'GET', path, headers: { accept: 'text/html' } });
          return missingHeader(target, answer) ?? whatItTells(answer);
        },
      ),
  },
  {
    row: 'D2',
    asks: 'a page with markup and a token in its URL',
    must: '404 that holds neither',
    async attempt(target) {
      const token = randomBase62(40);
      const path = `/runs/%3Cscript%3E${token}?token=${token}`;
      const headers = { accept: 'text/html', 'user-agent': `<script>${token}` };
      const answer = await target.ask({ method: 'GET', path, headers, secrets: [token, '<script>'] });
      return [401, 404, 429].includes(answer.status) ? whatItTells(answer) : `${answer.status}`;
    },
  },
  {
    row: 'D2',
    asks: 'answers to what does not exist, as a problem of the closed list with a request id',
    must: '404',
    attempt: (target) =>
      attemptEach(
        ['/nothing', '/v1/nothing', '/oauth/nothing', '/hooks/nothing', `/${randomBase62(8)}`],
        (path) => path,
        async (path) => whatCame(await target.ask({ method: 'GET', path }), [404]),
      ),
  },
  {
    row: 'D2',
    asks: 'public routes for what they tell of the server',
    must: 'no stack, SQL, path, part or token',
    attempt: (target) =>
      attemptEach(PUBLIC_ROUTES, nameOf, async (route) => {
        const { method } = route;
        const asked = { method: method.toUpperCase(), path: pathOf(route, newRoute()), ...wrongBodyOf(route) };
        const answer = await target.ask(asked);
        return answer.status >= 500 && !problemOf(answer) ? `${answer.status}` : whatItTells(answer);
      }),
  },
  {
    row: '-',
    asks: 'every route from a page of another origin',
    must: 'no leave to read (CORS)',
    attempt: (target) =>
      attemptEach(ALL_ROUTES, nameOf, async (route) => {
        const method = route.method.toUpperCase();
        const path = pathOf(route, newRoute());
        const wanted = { 'access-control-request-method': method, 'access-control-request-headers': 'authorization' };
        const asked = await target.ask({ method: 'OPTIONS', path, headers: { origin: EVIL, ...wanted } });
        const wrong = wrongBodyOf(route);
        const answer = await target.ask({ method, path, ...wrong, headers: { ...wrong.headers, origin: EVIL } });
        const isOpen = [asked, answer].some(({ headers }) =>
          Object.keys(headers).some((name) => name.startsWith('access-control-allow')),
        );
        return isOpen ? 'leave is given' : null;
      }),
  },
  {
    row: '-',
    asks: 'metrics and what other servers leave open',
    must: '401, 403 or 404',
    attempt: (target) =>
      attemptEach(
        CURIOUS,
        (path) => path,
        async (path) => whatCame(await target.ask({ method: 'GET', path }), [401, 403, 404]),
      ),
  },
  {
    row: '-',
    asks: 'a change of protocol to websocket or h2c',
    must: 'no 101',
    attempt: (target) =>
      attemptEach(
        ['websocket', 'h2c'],
        (protocol) => protocol,
        async (protocol) => {
          const more = `Upgrade: ${protocol}\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\nSec-WebSocket-Version: 13`;
          const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nConnection: Upgrade, HTTP2-Settings';
          const answer = await target.raw([
            `GET /v1/runs HTTP/1.1\r\nHost: ${target.url.host}\r\n${more}\r\n${key}\r\n\r\n`,
          ]);
          return /^HTTP\/1\.1 (101|200)/m.test(answer.text) ? 'it was changed' : null;
        },
      ),
  },
  {
    row: '-',
    asks: 'what its OpenAPI document lists as closed, and beside the contract',
    must: '401 or 404',
    attempt: askDocument,
  },
];

type Operation = { method: string; path: string; isOpen: boolean };

async function askDocument(target: Target): Promise<string | null> {
  const listed = operationsOf((await target.ask({ method: 'GET', path: '/openapi.json' })).text);
  if (listed === null) return 'no OpenAPI document';
  return attemptEach(listed, nameOf, async ({ method, path, isOpen }) => {
    const known = ALL_ROUTES.find((route) => route.method === method && route.path === path);
    if (isOpen && !known) return 'said to be open, and unknown to this probe';
    if (isOpen && known?.access.who !== 'public') return 'said to be open';
    if (isOpen) return null;
    const asked = known ? pathOf(known, newRoute()) : path.replaceAll(/\{\w+\}/g, 'probe');
    const answer = await target.ask({ method: method.toUpperCase(), path: asked, headers: { origin: target.origin } });
    return whatCame(answer, [401, 404]);
  });
}

function operationsOf(text: string): Operation[] | null {
  try {
    const { paths } = JSON.parse(text) as { paths: Record<string, Record<string, { security?: unknown[] }>> };
    const listed = Object.entries(paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, { security }]) => ({ method, path, isOpen: !security?.length })),
    );
    return listed.length >= CLOSED_ROUTES.length ? listed : null;
  } catch {
    return null;
  }
}
