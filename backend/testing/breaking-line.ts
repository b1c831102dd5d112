/** A line to a server that a test breaks: on the way there after so many bytes, or just before an answer comes back. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type BreakingLine = {
  /** Asks the server over this line. What is signed stays as it was: only the connection goes another way. */
  fetch: typeof fetch;
  /** Breaks the connection on which this many bytes more have gone to the server. */
  breakAfter(bytes: number): void;
  /** Breaks the next connection on which an answer comes. */
  loseAnswer(): void;
  /** How often it broke. */
  breaks(): number;
  close(): Promise<void>;
};

export async function startBreakingLine(serverUrl: string): Promise<BreakingLine> {
  const target = new URL(serverUrl);
  const sockets = new Set<Socket>();
  let left = Number.POSITIVE_INFINITY;
  let losesAnswer = false;
  let breaks = 0;

  const line = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    const end = (): void => {
      near.destroy();
      far.destroy();
    };
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', end).on('close', () => {
        sockets.delete(socket);
        end();
      });
    }
    near.on('data', (chunk) => {
      left -= chunk.length;
      if (left > 0) return void far.write(chunk);
      left = Number.POSITIVE_INFINITY;
      breaks += 1;
      end();
    });
    far.on('data', (chunk) => {
      if (!losesAnswer) return void near.write(chunk);
      losesAnswer = false;
      breaks += 1;
      end();
    });
  });
  line.listen(0, '127.0.0.1');
  await once(line, 'listening');
  const { port } = line.address() as AddressInfo;

  return {
    fetch: (input, init) => {
      const url = new URL(String(input));
      url.port = String(port);
      return fetch(url, init);
    },
    breakAfter(bytes) {
      left = bytes;
    },
    loseAnswer() {
      losesAnswer = true;
    },
    breaks: () => breaks,
    async close() {
      for (const socket of sockets) socket.destroy();
      line.close();
      await once(line, 'close');
    },
  };
}
