/**
 * The thread in which a build file is read: it holds no secret, no environment and no handle but the port to its bytes.
 *
 * It waits for the file's `{ size }`, asks for ranges with `{ read }` unless all is in shared memory, and ends with what was
 * wanted, or a `{ refusal }`.
 */
import { parentPort } from 'node:worker_threads';
import { DevicelaneError } from '../errors.ts';
import type { ByteSource } from './byte-source.ts';
import { definedClasses } from './defined-classes.ts';
import { examine } from './examine.ts';
import { rehearse } from './rehearse.ts';
import type { FromThread, ToThread } from './thread-messages.ts';

const port = parentPort;
if (port === null) throw new Error('thread.ts runs as a worker thread only');

const waiting = new Map<number, { resolve: (bytes: Uint8Array) => void; reject: (error: Error) => void }>();
let last = 0;

let isAsked = false;
const { promise: asked, resolve: told } = Promise.withResolvers<Extract<ToThread, { size: number }>>();
port.on('message', (message: ToThread) => {
  if ('size' in message) {
    isAsked = true;
    told(message);
    return;
  }
  const { id, bytes } = message;
  const waiter = waiting.get(id);
  waiting.delete(id);
  if (bytes === null) waiter?.reject(new Error('the bytes could not be read'));
  else waiter?.resolve(bytes);
});

const askedFor = (fileSize: number): ByteSource => ({
  size: fileSize,
  read: (offset, length) =>
    new Promise((resolve, reject) => {
      last += 1;
      waiting.set(last, { resolve, reject });
      send({ read: { id: last, offset, length } });
    }),
});

function inMemory(shared: SharedArrayBuffer): ByteSource {
  const bytes = new Uint8Array(shared);
  // A copy: decoders refuse memory that another thread could change.
  return { size: bytes.length, read: async (offset, length) => bytes.slice(offset, offset + length) };
}

function send(message: FromThread): void {
  port?.postMessage(message);
}

try {
  await rehearse(() => isAsked);
  const { size, wanted, shared } = await asked;
  const source = shared ? inMemory(shared) : askedFor(size);
  if (wanted === 'facts') send({ facts: await examine(source) });
  else send({ classes: await definedClasses(source) });
} catch (error) {
  if (!(error instanceof DevicelaneError)) throw error;
  send({ refusal: error.message });
} finally {
  port.close();
}
