/** A server on loopback that does what no server should, so that what looks for weakness is seen to find it. */
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** `grants` says yes to everything; `tells` refuses as it must, but says more than it may. */
export type Weakness = 'grants' | 'tells';
export type WeakServer = { url: string; stop(): Promise<void> };

const STACK = 'Error: select * from secrets\n    at open (/srv/app/node_modules/pg/lib/client.js:12:34)';

export async function startWeakServer(weakness: Weakness): Promise<WeakServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    let received = '';
    let idle: NodeJS.Timeout | undefined;
    socket.setEncoding('latin1').on('data', (text) => {
      received += text;
      clearTimeout(idle);
      idle = setTimeout(() => socket.end(answerTo(received, weakness)), 10);
    });
    socket.on('close', () => {
      clearTimeout(idle);
      sockets.delete(socket);
    });
    socket.on('error', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    stop() {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

function answerTo(request: string, weakness: Weakness): string {
  const isRefused = weakness === 'tells' && !/^GET \/(healthz|openapi\.json) /.test(request);
  const status = isRefused ? 401 : 200;
  const problem = { type: 'about:blank', title: 'no', status, code: 'unauthenticated', requestId: 'r1' };
  const body = JSON.stringify({
    ...(isRefused ? problem : { status: 'ok' }),
    detail: `${STACK} ${request}`,
    granted: 'run_AAAAAAAAAABBBBBBBBBBBBBBBBBBBBBB',
  });
  return [
    `HTTP/1.1 ${status} OK`,
    `Content-Type: ${isRefused ? 'application/problem+json' : 'application/json'}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Request-Id: r1',
    'Server: Weak/1.0',
    'Access-Control-Allow-Origin: *',
    'Connection: close',
    '',
    request.startsWith('HEAD ') ? '' : body,
  ].join('\r\n');
}
