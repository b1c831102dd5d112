/** A thread that hashes: it holds no secret, no environment and no handle but the port to its pool. */
import { createHash, type Hash } from 'node:crypto';
import { parentPort } from 'node:worker_threads';
import type { FromThread, ToThread } from './thread-messages.ts';

const port = parentPort;
if (port === null) throw new Error('thread.ts runs as a worker thread only');

const hashes = new Map<number, Hash>();

port.on('message', (message: ToThread) => {
  const { stream } = message;
  const hash = hashes.get(stream) ?? createHash('sha256');
  if ('block' in message) {
    hashes.set(stream, hash.update(new Uint8Array(message.block, 0, message.length)));
    send({ stream, block: message.block });
    return;
  }
  hashes.delete(stream);
  if ('end' in message) send({ stream, sha256: new Uint8Array(hash.digest()) });
});

function send(message: FromThread): void {
  port?.postMessage(message);
}
