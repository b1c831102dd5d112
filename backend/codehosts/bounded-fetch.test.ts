import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { boundedFetch } from './bounded-fetch.ts';

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    if (request.url === '/large') response.end('x'.repeat(2_000));
    else if (request.url === '/elsewhere') response.writeHead(302, { location: '/small' }).end();
    else if (request.url === '/small') response.writeHead(201, { 'x-kept': 'yes' }).end('small');
    else if (request.url === '/nothing') response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const bounded = boundedFetch({ timeoutMs: 300, maxBytes: 1_000 });

test('gives the answer on', async () => {
  const answer = await bounded(`${url}/small`);
  expect([answer.status, answer.headers.get('x-kept'), await answer.text()]).toEqual([201, 'yes', 'small']);
  expect((await bounded(`${url}/nothing`)).status).toBe(204);
});

test('takes no more than its bytes', async () => {
  await expect(bounded(`${url}/large`)).rejects.toThrow('larger than 1000 bytes');
});

test('follows no redirect', async () => {
  await expect(bounded(`${url}/elsewhere`)).rejects.toThrow();
});

test('does not wait longer than its time', async () => {
  await expect(bounded(`${url}/silent`)).rejects.toMatchObject({ name: 'TimeoutError' });
});
