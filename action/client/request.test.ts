import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { bearer } from './credential.ts';
import { Line } from './line.ts';
import { type Call, requestJson, type Wire } from './request.ts';
import { StandIn } from './testing/server.ts';
import { type Surroundings, surroundings } from './testing/surroundings.ts';

let answer: RequestListener;
let asked: string[];
let server: Server;
let machine: Surroundings;
let wire: Wire;

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    answer(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  machine = surroundings(new StandIn());
  wire = {
    base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    environment: machine.environment,
    line: new Line(),
  };
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const CALL: Call = { what: 'asking', method: 'GET', path: '/thing' };
const ask = (call: Partial<Call> = {}) => requestJson(wire, { ...CALL, ...call }, z.object({ ok: z.boolean() }));

test('farm pain 22: a connection on which no byte moves is given up and tried again', async () => {
  answer = (_, response) => (asked.length === 1 ? undefined : response.end('{"ok":true}'));
  expect(await ask({ idle: 100 })).toEqual({ ok: true });
  expect(asked).toHaveLength(2);
});

test('a slow answer is waited for as long as bytes move', async () => {
  answer = async (_, response) => {
    for (const piece of ['{"o', 'k":', 'tr', 'ue', '}']) {
      response.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    response.end();
  };
  expect(await ask({ idle: 200, tries: 1 })).toEqual({ ok: true });
});

test('an answer that is cut is asked for again', async () => {
  answer = (_, response) => {
    if (asked.length > 1) return void response.end('{"ok":true}');
    response.writeHead(200, { 'content-length': '11' });
    response.write('{"ok"', () => response.destroy());
  };
  expect(await ask()).toEqual({ ok: true });
});

test('a redirect is not followed, so that a token goes nowhere else', async () => {
  answer = (_, response) => response.writeHead(302, { location: '/elsewhere' }).end();
  await expect(ask({ credential: bearer('secret') })).rejects.toMatchObject({ exitCode: 3 });
  expect(asked).toEqual(['GET /thing']);
});

test('a page of a proxy is no problem of the server', async () => {
  answer = (_, response) => response.writeHead(403, { 'content-type': 'text/html' }).end('<html>blocked</html>');
  await expect(ask()).rejects.toThrow('asking: the server answered HTTP 403 without saying why.');
});

test('an answer of another shape is broken', async () => {
  answer = (_, response) => response.end('{"ok":"yes"}');
  await expect(ask()).rejects.toMatchObject({ exitCode: 4 });
  answer = (_, response) => response.end('no JSON');
  await expect(ask()).rejects.toMatchObject({ exitCode: 4 });
});

test('an answer without end is not read to the end', async () => {
  answer = (_, response) => {
    const more = (): void => void (response.destroyed || response.write(' '.repeat(1024 * 1024), more));
    more();
  };
  await expect(ask({ tries: 1 })).rejects.toThrow('asking: the server');
});

test('an error never carries the token', async () => {
  answer = (_, response) => response.writeHead(400).end();
  const error = await ask({ credential: bearer('very-secret') }).catch((caught: Error) => caught);
  expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain('very-secret');
});

test('a cancelled job asks nothing more', async () => {
  machine.cancel();
  await expect(ask()).rejects.toMatchObject({ exitCode: 130 });
  expect(asked).toEqual([]);
});
