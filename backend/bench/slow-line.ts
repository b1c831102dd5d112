/**
 * A line of a given speed on this machine: what goes through it in either direction waits for its turn. It has a thread of its
 * own, or bytes would stand still on it while a client computes.
 */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

export type SlowLine = { url: string; stop(): Promise<void> };

type Wanted = { to: string; bitsPerSecond: number };

/** Bytes that go over the line at once: about what a few packets hold. */
const SLICE = 4 * 1024;

/** @param bitsPerSecond of each direction, for all connections together */
export async function startSlowLine(to: string, bitsPerSecond: number): Promise<SlowLine> {
  const thread = new Worker(new URL(import.meta.url), { workerData: { to, bitsPerSecond } satisfies Wanted });
  const [port] = (await once(thread, 'message')) as [number];
  return {
    url: `http://127.0.0.1:${port}`,
    async stop() {
      await thread.terminate();
    },
  };
}

async function serve({ to, bitsPerSecond }: Wanted): Promise<number> {
  const { hostname, port } = new URL(to);
  const [up, down] = [newPace(bitsPerSecond), newPace(bitsPerSecond)];
  const server = createServer((near) => {
    const far = connect(Number(port), hostname);
    for (const socket of [near, far]) socket.setNoDelay();
    // A connection that is cut ends the other side; there is nobody to tell.
    Promise.all([pipeline(near, up(), far), pipeline(far, down(), near)]).catch(() => {
      near.destroy();
      far.destroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

function newPace(bitsPerSecond: number): () => Transform {
  let free = 0;
  const wait = async (bytes: number) => {
    const now = performance.now();
    free = Math.max(free, now) + (bytes * 8000) / bitsPerSecond;
    // A timer is a millisecond late at times: what is due before that goes at once.
    if (free - now > 1) await new Promise((resolve) => void setTimeout(resolve, free - now));
  };
  return () =>
    new Transform({
      async transform(chunk: Buffer, _encoding, done) {
        for (let at = 0; at < chunk.length; at += SLICE) {
          const slice = chunk.subarray(at, at + SLICE);
          await wait(slice.length);
          this.push(slice);
        }
        done();
      },
    });
}

if (!isMainThread) parentPort?.postMessage(await serve(workerData as Wanted));
