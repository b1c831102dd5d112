/** A small proxy on loopback that does to an HTTP service what networks and busy servers do. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Fault = {
  /** Which requests it meets. */
  when: (request: { method: string; url: string }) => boolean;
  /** How many of them; those after pass. */
  times: number;
  does:
    | { kind: 'answer'; status: number; body?: string; headers?: Record<string, string> }
    /** The service answers, and the connection ends after so many bytes of the body, or falls silent. */
    | { kind: 'cut answer' | 'hang answer'; after: number }
    /** The service does its work, and its answer is lost. */
    | { kind: 'lose answer' }
    /** The connection ends while the request is sent. */
    | { kind: 'cut request'; after: number }
    /** Nothing comes, and nothing ends. */
    | { kind: 'hang' };
};

export type FaultyProxy = {
  port: number;
  /** The first that meets a request counts. */
  faults: Fault[];
  /** Method and URL of what has come. */
  seen: string[];
  /** Connections that were made to it. */
  connections(): number;
  stop(): Promise<void>;
};

export async function startFaultyProxy(toPort: number): Promise<FaultyProxy> {
  const faults: Fault[] = [];
  const seen: string[] = [];
  const server = createServer((incoming, outgoing) => {
    const [method, url] = [incoming.method ?? '', incoming.url ?? ''];
    seen.push(`${method} ${url}`);
    const fault = faults.find((each) => each.times > 0 && each.when({ method, url }));
    if (fault) fault.times -= 1;
    pass(incoming, outgoing, toPort, fault?.does ?? null);
  });
  let connections = 0;
  server.on('connection', () => {
    connections += 1;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    faults,
    seen,
    connections: () => connections,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function pass(incoming: IncomingMessage, outgoing: ServerResponse, toPort: number, does: Fault['does'] | null): void {
  if (does?.kind === 'hang') {
    incoming.resume();
    return;
  }
  if (does?.kind === 'answer') {
    incoming.resume();
    incoming.on('end', () => outgoing.writeHead(does.status, does.headers).end(does.body));
    return;
  }
  const forwarded = request({
    host: '127.0.0.1',
    port: toPort,
    method: incoming.method,
    path: incoming.url,
    headers: incoming.headers,
  });
  forwarded.on('error', () => incoming.socket.destroy());
  outgoing.on('close', () => forwarded.destroy());
  if (does?.kind === 'cut request') {
    countTo(incoming, does.after, () => incoming.socket.destroy());
  }
  incoming.pipe(forwarded);
  forwarded.on('response', (answer) => {
    if (does?.kind === 'lose answer') {
      answer.resume();
      answer.on('end', () => incoming.socket.destroy());
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.on('error', () => incoming.socket.destroy());
    if (does?.kind === 'cut answer' || does?.kind === 'hang answer') {
      let left = does.after;
      const ended = () => left === 0 && does.kind === 'cut answer' && incoming.socket.destroy();
      answer.on('data', (piece: Buffer) => {
        const part = piece.subarray(0, left);
        left -= part.length;
        outgoing.write(part, ended);
      });
      return;
    }
    answer.pipe(outgoing);
  });
}

function countTo(stream: IncomingMessage, bytes: number, then: () => void): void {
  let seen = 0;
  stream.on('data', (piece: Buffer) => {
    seen += piece.length;
    if (seen >= bytes) then();
  });
}
