/**
 * The thread in which a build file is read: it holds no secret, no environment and no handle but the port to its bytes.
 *
 * It asks for ranges with `{ read }` and ends with `{ facts }` or `{ refusal }`.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { DevicelaneError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';
import { examine } from './examine.ts';
import type { FromThread, ToThread } from './thread-messages.ts';

const port = parentPort;
if (port === null) throw new Error('thread.ts runs as a worker thread only');

const waiting = new Map<number, { resolve: (bytes: Uint8Array) => void; reject: (error: Error) => void }>();
let last = 0;

port.on('message', ({ id, bytes }: ToThread) => {
  const waiter = waiting.get(id);
  waiting.delete(id);
  if (bytes === null) waiter?.reject(new Error('the bytes could not be read'));
  else waiter?.resolve(bytes);
});

const source: ByteSource = {
  size: (workerData as { size: number }).size,
  read: (offset, length) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      send({ read: { id: last, offset, length } });
    }),
};

function send(message: FromThread): void {
  port?.postMessage(message);
}

try {
  send({ facts: await examine(source) });
} catch (error) {
  if (!(error instanceof DevicelaneError)) throw error;
  send({ refusal: error.message });
} finally {
  port.close();
}
