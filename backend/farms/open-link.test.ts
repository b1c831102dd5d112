import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openLink } from './open-link.ts';
import { toLoopback } from './testing/to-loopback.ts';

/** Much longer than from one piece to the next, also on a machine that stands still for a moment; all take longer. */
const IDLE_MS = 1_500;
const PIECE_MS = 200;

let server: Server;
const url = (path: string) => new URL(path, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
beforeAll(async () => {
  server = createServer(async (request, response) => {
    const [, what] = (request.url ?? '').split('/');
    if (what === 'slow' || what === 'stops') {
      for (let piece = 0; piece < 8; piece += 1) {
        response.write(`${piece}`);
        await sleep(PIECE_MS);
        if (what === 'stops' && piece === 2) return;
      }
      response.end();
    } else if (what === 'moved') response.writeHead(302, { location: '/slow' }).end();
    else if (what === 'whole') response.end('not from there');
    else if (what !== 'silent') response.writeHead(Number(what)).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const open = (path: string, offset = 0) => openLink(toLoopback, url(path), { offset, idleMs: IDLE_MS });
async function read(path: string, pauseMs = 0): Promise<string> {
  const opened = await open(path);
  if (opened.state !== 'open') throw new Error(opened.state);
  let text = '';
  for await (const piece of opened.body) {
    text += Buffer.from(piece).toString();
    await sleep(pauseMs);
  }
  return text;
}

describe('a link to a file', () => {
  test('pain 22: may take longer than any silence is borne', async () => {
    expect(await read('/slow')).toBe('01234567');
  });

  test('may be read slowly: only the farm’s silence counts', async () => {
    expect(await read('/slow', PIECE_MS)).toBe('01234567');
  });

  test.each(['/stops', '/silent'])('%s: a farm that says nothing more has broken off', async (path) => {
    await expect(read(path)).rejects.toMatchObject({ name: 'FarmError', kind: 'broken' });
  });

  test('that leads on is not followed', async () => {
    expect(await open('/moved')).toEqual({ state: 'moved', to: url('/slow') });
  });

  test.each(['/403', '/404', '/410'])('%s is not good any more', async (path) => {
    expect(await open(path)).toEqual({ state: 'gone' });
  });

  test.each(['/500', '/302'])('%s is broken', async (path) => {
    await expect(open(path)).rejects.toMatchObject({ kind: 'broken' });
  });

  test('whose answer begins elsewhere than asked is broken', async () => {
    await expect(open('/whole', 3)).rejects.toMatchObject({ kind: 'broken' });
  });
});
