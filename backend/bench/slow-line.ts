/** A line of a given speed on this machine: what goes through it in either direction waits for its turn. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export type SlowLine = { url: string; stop(): Promise<void> };

/** @param bitsPerSecond of each direction, for all connections together */
export async function startSlowLine(to: string, bitsPerSecond: number): Promise<SlowLine> {
  const { hostname, port } = new URL(to);
  const [up, down] = [newPace(bitsPerSecond), newPace(bitsPerSecond)];
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) {
      open.add(socket);
      socket.setNoDelay().on('close', () => open.delete(socket));
    }
    // A connection that is cut ends the other side; there is nobody to tell.
    Promise.all([pipeline(near, up(), far), pipeline(far, down(), near)]).catch(() => far.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async stop() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function newPace(bitsPerSecond: number): () => Transform {
  let free = 0;
  return () =>
    new Transform({
      transform(chunk: Buffer, _encoding, done) {
        const now = performance.now();
        free = Math.max(free, now) + (chunk.length * 8000) / bitsPerSecond;
        setTimeout(() => done(null, chunk), free - now);
      },
    });
}
