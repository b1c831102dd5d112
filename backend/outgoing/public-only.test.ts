import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { until } from '../testing/until.ts';
import { NotReachable } from './port.ts';
import { isMetadataAddress, isPublicAddress, lookupOpened, lookupPublic } from './public-address.ts';
import { createOutgoing } from './public-only.ts';

let server: Server;
let origin: string;
const came: { request: IncomingMessage; body: string }[] = [];
const refused = createOutgoing({ openHosts: [] });
const opened = createOutgoing({ openHosts: ['127.0.0.1'] });

beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    came.push({ request, body });
    const [, what, status] = (request.url ?? '').split('/');
    if (what === 'moved') response.writeHead(302, { location: `${origin}/elsewhere` }).end();
    else if (what === 'endless') for (;;) await new Promise((sent) => response.write('x'.repeat(65_536), sent));
    else if (what === 'never') response.flushHeaders();
    else
      response
        .writeHead(Number(status ?? 200), { 'set-cookie': ['a=1', 'b=2'] })
        .end(status === '204' ? undefined : 'an answer');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

describe('a request', () => {
  test('is sent with the length of its body, and answered as it is', async () => {
    const answer = await opened.fetch(`${origin}/status/201`, {
      method: 'POST',
      headers: { 'X-Name': 'value' },
      body: new URLSearchParams({ a: 'é' }),
    });
    expect([answer.status, await answer.text(), answer.headers.getSetCookie()]).toEqual([
      201,
      'an answer',
      ['a=1', 'b=2'],
    ]);
    const { request, body } = came.at(-1)!;
    expect([request.method, body]).toEqual(['POST', 'a=%C3%A9']);
    expect(request.headers).toMatchObject({ 'content-length': '8', 'x-name': 'value', 'user-agent': 'devicelane' });
    expect(request.headers['content-type']).toMatch(/^application\/x-www-form-urlencoded/);
  });

  test('may have an answer without a body', async () => {
    const answer = await opened.fetch(`${origin}/status/204`, { method: 'DELETE' });
    expect([answer.status, answer.body, await answer.text()]).toEqual([204, null, '']);
  });

  test('is not sent on to where an answer leads', async () => {
    const before = came.length;
    const answer = await opened.fetch(`${origin}/moved`);
    expect([answer.status, answer.headers.get('location')]).toEqual([302, `${origin}/elsewhere`]);
    expect(came.length).toBe(before + 1);
  });

  test('has no endless answer where it names a bound', async () => {
    const answer = await opened.fetch(`${origin}/endless`, { mostBytes: 1_000_000 });
    await expect(answer.text()).rejects.toThrow('more than 1000000 bytes');
  });

  test('ends with its signal, before the answer and within it', async () => {
    const answer = await opened.fetch(`${origin}/never`, { signal: AbortSignal.timeout(200) });
    await expect(answer.text()).rejects.toThrow();
    await expect(opened.fetch(origin, { signal: AbortSignal.abort() })).rejects.toThrow();
  });

  test.each(['status/200', 'endless'])('whose answer to /%s nobody wants keeps no connection', async (what) => {
    const answer = await opened.fetch(`${origin}/${what}`);
    await answer.body!.cancel();
    const { socket } = came.at(-1)!.request;
    await until('the connection closed', () => socket.destroyed);
  });

  test('ends with its signal, whatever the collector took since', async () => {
    const giveUp = new AbortController();
    const answer = await opened.fetch(`${origin}/never`, { signal: giveUp.signal });
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    for (let time = 0; time < 3; time++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      collect();
    }
    const read = expect(answer.text()).rejects.toThrow();
    giveUp.abort();
    await read;
  });

  test('is sent to a name that the operator has opened, over a connection that serves the next one too', async () => {
    const byName = createOutgoing({ openHosts: ['localhost'] });
    const address = `http://localhost:${new URL(origin).port}/status/200`;
    for (let time = 0; time < 3; time++) expect(await (await byName.fetch(address)).text()).toBe('an answer');
    const ports = came.slice(-3).map(({ request }) => request.socket.remotePort);
    expect(new Set(ports).size).toBe(1);
  });

  test('to where nothing answers fails with the system’s code', async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    await expect(opened.fetch(`http://127.0.0.1:${port}`)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('row C: a request that a customer’s word directs', () => {
  test.each([
    'http://example.com/',
    'ftp://example.com/',
    'file:///etc/passwd',
    'https://user:password@example.com/',
    'https://example.com/#x',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://169.254.169.254/latest/meta-data/',
    'https://0x7f000001/',
    'https://2130706433/',
    'https://192.168.1.1/',
    'https://100.64.0.1/',
    'https://[fd00::1]/',
    'https://[64:ff9b::a00:1]/',
    'not an address',
  ])('is not sent to %s', async (address) => {
    expect(() => refused.requireUrl(address)).toThrow(NotReachable);
    expect(() => refused.request(address, { method: 'GET', headers: {} })).toThrow(NotReachable);
    await expect(refused.fetch(address)).rejects.toThrow(NotReachable);
  });

  test('is not sent to a name that leads to this machine, however it is asked for', async () => {
    const before = came.length;
    const address = `https://localhost:${new URL(origin).port}/secret-path`;
    expect(refused.requireUrl(address).hostname).toBe('localhost');
    const failure = await refused.fetch(address).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(NotReachable);
    expect(String(failure)).not.toContain('secret');
    const request = refused.request(address, { method: 'PUT', headers: {} });
    await expect(new Promise((_, reject) => request.on('error', reject).end('x'))).rejects.toThrow(NotReachable);
    expect(came.length).toBe(before);
  });

  test.each([
    ['10.0.0.5', 'http://10.0.0.5:8080/', true],
    ['10.0.0.5:8080', 'http://10.0.0.5:8080/', true],
    ['10.0.0.5:8080', 'http://10.0.0.5:8081/', false],
    ['*.farm.internal', 'https://a.b.farm.internal/', true],
    ['*.farm.internal', 'http://farm.internal/', false],
    ['*.farm.internal', 'http://evilfarm.internal/', false],
    ['*.farm.internal', 'ftp://a.farm.internal/', false],
    ['[fd00::1]', 'http://[fd00::1]/', true],
    ['169.254.169.254', 'http://169.254.169.254/latest/meta-data/', false],
    ['[fd00:ec2::254]', 'http://[fd00:ec2::254]/', false],
  ])('with %s opened by the operator may go to %s: %s', (open, address, expected) => {
    const outgoing = createOutgoing({ openHosts: [open] });
    const ask = () => outgoing.requireUrl(address);
    if (expected) expect(ask().href).toBe(address);
    else expect(ask).toThrow(NotReachable);
  });
});

test.each([
  ['8.8.8.8', 'public'],
  ['2606:4700::1111', 'public'],
  ['0.0.0.0', 'inner'],
  ['10.1.2.3', 'inner'],
  ['224.0.0.1', 'inner'],
  ['255.255.255.255', 'inner'],
  ['2002:7f00:1::', 'inner'],
  ['fe80::1', 'metadata'],
  ['169.254.170.2', 'metadata'],
  ['::ffff:169.254.169.254', 'metadata'],
  ['fd00:ec2::254', 'metadata'],
  ['100.100.100.200', 'metadata'],
  ['example.com', 'inner'],
])('%s is %s', (address, expected) => {
  expect([isPublicAddress(address), isMetadataAddress(address)]).toEqual([
    expected === 'public',
    expected === 'metadata',
  ]);
});

// An address is what it is looked up to be: no network is asked.
test.each([
  ['8.8.8.8', true, true],
  ['2606:4700::1111', true, true],
  ['10.1.2.3', false, true],
  ['169.254.169.254', false, false],
])(
  '%s is an answer to a connection to the public: %s, and to one that the operator opened: %s',
  async (address, ...expected) => {
    for (const [at, lookUp] of [lookupPublic, lookupOpened].entries()) {
      const one = await new Promise((resolve) => lookUp(address, {}, (error, found) => resolve(error ? null : found)));
      const all = await new Promise((resolve) =>
        lookUp(address, { all: true }, (error, found) => resolve(error ? null : found)),
      );
      const family = address.includes(':') ? 6 : 4;
      expect([one, all]).toEqual(expected[at] ? [address, [{ address, family }]] : [null, null]);
    }
  },
);
