/** Attacks on HTTP itself: requests that two servers in a row would read differently, or that one would choke on. */
import { randomBase62 } from '../../contract/base62.ts';
import { newRoute } from '../../contract/ids.ts';
import { ROUTES } from '../../contract/routes.ts';
import { type Attack, attemptEach } from './attack.ts';
import { leakIn } from './leak.ts';
import { pathOf } from './route-path.ts';
import type { RawAnswer } from './send-raw.ts';
import type { Target } from './target.ts';

/** What a parser of HTTP may answer to what it does not take. */
const UNREADABLE = [400, 403, 404, 405, 408, 411, 413, 414, 415, 417, 422, 426, 429, 431, 501, 505];

type Malformed = { row: string; asks: string; statuses?: readonly number[]; lines: readonly (readonly string[])[] };

const SMUGGLED = 'GET /healthz HTTP/1.1\r\nHost: probe\r\n\r\n';
const post = (...headers: string[]): string[] => ['POST /oauth/token HTTP/1.1', 'Host: {host}', ...headers];
const get = (...headers: string[]): string[] => ['GET /healthz HTTP/1.1', 'Host: {host}', ...headers];
const FORM = 'Content-Type: application/x-www-form-urlencoded';

/** Each list is a request: lines, an empty one, and what stands for the body. */
const MALFORMED: readonly Malformed[] = [
  {
    row: '-',
    asks: 'a request with Content-Length and Transfer-Encoding',
    lines: [
      post(FORM, 'Content-Length: 4', 'Transfer-Encoding: chunked', '', `0\r\n\r\n${SMUGGLED}`),
      post(FORM, 'Transfer-Encoding: chunked', 'Content-Length: 48', '', `0\r\n\r\n${SMUGGLED}`),
    ],
  },
  {
    row: '-',
    asks: 'a request with an encoding that is read in two ways',
    lines: [
      'xchunked',
      'chunked, identity',
      'identity, chunked, gzip',
      'chunked\r\nTransfer-Encoding: x',
      '"chunked"',
    ].map((coding) => post(FORM, `Transfer-Encoding: ${coding}`, '', `0\r\n\r\n${SMUGGLED}`)),
  },
  {
    row: '-',
    asks: 'a request with two lengths',
    lines: [
      post(FORM, 'Content-Length: 0', `Content-Length: ${SMUGGLED.length}`, '', SMUGGLED),
      post(FORM, 'Content-Length: 4, 5', '', 'a=bcd'),
    ],
  },
  {
    row: 'C1',
    asks: 'a request with a length that is none',
    lines: ['-1', '+4', '0x4', '4.0', '1e2', '4 4', 'four', '18446744073709551617'].map((length) =>
      post(FORM, `Content-Length: ${length}`, '', 'a=bc'),
    ),
  },
  {
    row: '-',
    asks: 'a request with chunks that are none',
    lines: ['-1', '0x5', '5 5', 'FFFFFFFFFFFFFFFFF', ''].map((size) =>
      post(FORM, 'Transfer-Encoding: chunked', '', `${size}\r\na=bcd\r\n0\r\n\r\n`),
    ),
  },
  {
    row: '-',
    asks: 'a request with a space before a colon, a header of no name, or a line that is none',
    lines: [get('X-Probe : 1', '', ''), get(': 1', '', ''), get('X-Probe', '', ''), get('X-Pro\u0000be: 1', '', '')],
  },
  {
    row: '-',
    asks: 'a request with NUL or a lone CR in a header',
    lines: [get('X-Probe: a\u0000b', '', ''), get('X-Probe: a\rAuthorization: b', '', '')],
  },
  {
    row: '-',
    asks: 'a request with lines that end by LF alone',
    lines: [
      ['GET /healthz HTTP/1.1\nHost: {host}\n\n'],
      get('X-Probe: a\nAuthorization: b', '', ''),
      post(FORM, 'Transfer-Encoding: chunked', '', '3\na=b\r\n0\r\n\r\n'),
      post(FORM, 'Transfer-Encoding: chunked', '', `3;a=b\n\r\na=b\r\n0\r\n\r\n${SMUGGLED}`),
    ],
  },
  {
    row: '-',
    asks: 'a request with folded headers',
    lines: [
      get('X-Probe: a', ' Authorization: b', '', ''),
      get('X-Probe: a', '\tContent-Length: 48', '', SMUGGLED),
      post(FORM, 'Transfer-Encoding:', ' chunked', '', `0\r\n\r\n${SMUGGLED}`),
    ],
  },
  { row: '-', asks: 'a request with a header of 64 KiB', lines: [get(`X-Probe: ${'x'.repeat(65_536)}`, '', '')] },
  {
    row: '-',
    asks: 'a request with 5000 headers',
    lines: [get(...[...new Array(5000)].map((_, index) => `X-${index}: 1`), '', '')],
  },
  {
    row: '-',
    asks: 'a request with a URL of 64 KiB',
    lines: [[`GET /${'x'.repeat(65_536)} HTTP/1.1`, 'Host: {host}', '', '']],
  },
  {
    row: '-',
    asks: 'a request with no host, or with two',
    lines: [['GET /healthz HTTP/1.1', '', ''], get('Host: evil.example', '', '')],
  },
  {
    row: '-',
    asks: 'a request of another protocol',
    lines: ['HTTP/9.9', 'HTTP/3.0', 'HTTX/1.1', 'ICY/1.1'].map((version) => [
      `GET /healthz ${version}`,
      'Host: {host}',
      '',
      '',
    ]),
  },
  {
    row: '-',
    asks: 'the methods TRACE, CONNECT, TRACK and none',
    lines: ['TRACE', 'CONNECT', 'TRACK', 'PROBE', 'get', ''].map((method) => [
      `${method} /healthz HTTP/1.1`,
      'Host: {host}',
      'X-Probe: {canary}',
      '',
      '',
    ]),
  },
  {
    row: '-',
    asks: 'a tunnel to another host',
    lines: [['CONNECT evil.example:443 HTTP/1.1', 'Host: evil.example:443', '', '']],
  },
];

/** What the contract says of these stands above the parser. */
const LENGTHS: readonly Malformed[] = [
  {
    row: 'C1',
    asks: 'a form of 1e12 bytes',
    statuses: [400, 401, 411, 413],
    lines: [post(FORM, 'Content-Length: 1000000000000', '', 'a=b')],
  },
  {
    row: 'C1',
    asks: 'a part of 1e12 bytes, and one of unknown length',
    statuses: [400, 401, 404, 411, 413],
    lines: ['Content-Length: 1000000000000', 'Transfer-Encoding: chunked'].map((length) => [
      `PUT ${pathOf(ROUTES.putPart, newRoute())} HTTP/1.1`,
      'Host: {host}',
      'Content-Type: application/octet-stream',
      length,
      '',
      length.startsWith('C') ? 'x' : '1\r\nx\r\n0\r\n\r\n',
    ]),
  },
];

export const WIRE_FORMAT_ATTACKS: readonly Attack[] = [...MALFORMED, ...LENGTHS].map(
  ({ row, asks, statuses = UNREADABLE, lines }) => ({
    row,
    asks,
    must: '4xx or closed, and one answer',
    attempt: (target) =>
      attemptEach(
        lines.map((request, index) => ({ request, name: `number ${index + 1}` })),
        ({ name }) => name,
        ({ request }) => sendLines(target, request, statuses),
      ),
  }),
);

async function sendLines(
  target: Target,
  lines: readonly string[],
  statuses: readonly number[],
): Promise<string | null> {
  const canary = randomBase62(24);
  const text = lines.join('\r\n').replace('{host}', target.url.host).replace('{canary}', canary);
  return whatCameRaw(await target.raw([Buffer.from(text, 'latin1')]), statuses, canary);
}

/** @returns what came instead of one refusal, or of silence and a closed connection */
export function whatCameRaw({ statuses, text }: RawAnswer, allowed: readonly number[], canary: string): string | null {
  const wrong = statuses.find((status) => !allowed.includes(status));
  if (wrong !== undefined) return `${wrong}`;
  if (statuses.length > 1) return `${statuses.length} answers to one request`;
  if (text.includes(canary)) return 'what was sent is in the answer';
  const leak = leakIn(text);
  if (leak !== null) return `the answer tells ${leak}`;
  return /^(server|x-powered-by):/im.test(text) ? 'the answer tells what the server is made of' : null;
}
