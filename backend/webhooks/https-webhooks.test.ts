import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createOutgoing } from '../outgoing/public-only.ts';
import { createHttpsWebhooks } from './https-webhooks.ts';

let server: Server;
let origin: string;
const came: { headers: IncomingMessage['headers']; body: string }[] = [];
beforeAll(async () => {
  server = createServer(async (request, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    came.push({ headers: request.headers, body });
    if (request.url === '/moved') response.writeHead(302, { location: `${origin}/ok` }).end();
    else if (request.url === '/endless') response.write('x'.repeat(1_000_000));
    else response.writeHead(request.url === '/ok' ? 204 : 500).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
const open = () => createHttpsWebhooks(createOutgoing({ openHosts: [new URL(origin).host] }));
const closed = createHttpsWebhooks(createOutgoing({ openHosts: [] }));
const message = { id: 'msg_1', body: { a: 1 } };

test('a message is sent to a host that the operator opened', async () => {
  await open().send(`${origin}/ok`, message);
  expect(came.at(-1)).toMatchObject({ body: '{"a":1}', headers: { 'webhook-id': 'msg_1' } });
  await open().send(`${origin}/endless`, message);
});

test.each(['/moved', '/fails'])('an answer of %s is a failure, and is not followed', async (path) => {
  const before = came.length;
  const error = await open()
    .send(`${origin}${path}?token=secret`, message)
    .catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ kind: 'broken' });
  expect(String(error)).not.toContain('secret');
  expect(came.length).toBe(before + 1);
});

describe('nothing is sent', () => {
  test.each([
    'http://example.com/',
    'https://user:password@example.com/',
    'https://169.254.169.254/latest/meta-data/',
    'not an address',
  ])('to %s', async (url) => {
    expect(() => closed.requireUrl(url)).toThrow(expect.objectContaining({ kind: 'refused' }));
    await expect(closed.send(url, message)).rejects.toMatchObject({ kind: 'refused' });
  });

  test('to a name that leads to this machine', async () => {
    const before = came.length;
    const { port } = new URL(origin);
    await expect(closed.send(`https://localhost:${port}/ok`, message)).rejects.toMatchObject({ kind: 'broken' });
    expect(came.length).toBe(before);
  });
});
