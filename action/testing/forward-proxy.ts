/** A forward proxy on loopback: tunnels by CONNECT, passes on plain requests, and writes down for whom. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';

export class ForwardProxy {
  /** `host:port` of everything that went through. */
  readonly passed: string[] = [];
  readonly #sockets = new Set<Socket>();
  readonly #server = createServer((asked, answer) => {
    const url = new URL(asked.url ?? '');
    this.passed.push(url.host);
    const onward = request(url, { method: asked.method, headers: asked.headers }, (answered) => {
      answer.writeHead(answered.statusCode ?? 502, answered.headers);
      answered.pipe(answer);
    });
    asked.pipe(onward);
  });

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async start(): Promise<this> {
    this.#server.on('connect', (asked, socket: Socket) => {
      this.passed.push(asked.url ?? '');
      const { hostname, port } = new URL(`http://${asked.url}`);
      const onward = connect(Number(port), hostname, () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      for (const end of [socket, onward]) {
        this.#sockets.add(end);
        end.on('error', () => end.destroy());
        end.on('close', () => this.#sockets.delete(end));
      }
      onward.pipe(socket).pipe(onward);
    });
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}
