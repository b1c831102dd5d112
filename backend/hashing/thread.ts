/** What a hashing thread does: it holds no secret, no environment and no handle but the port to its pool. */
import type { Hash } from 'node:crypto';
import type { FromThread, ToThread } from './thread-messages.ts';

/**
 * Runs as a worker thread's whole program, of which its source is given: a thread that loads TypeScript by itself takes 10 MiB
 * more. So it names nothing from outside of itself.
 */
export function hashInThread(): void {
  const { createHash } = process.getBuiltinModule('node:crypto');
  const { parentPort } = process.getBuiltinModule('node:worker_threads');
  const hashes = new Map<number, Hash>();
  const send = (message: FromThread): void => parentPort?.postMessage(message);

  parentPort?.on('message', (message: ToThread) => {
    const { stream } = message;
    const hash = hashes.get(stream) ?? createHash('sha256');
    if ('block' in message) {
      hashes.set(stream, hash.update(new Uint8Array(message.block, 0, message.length)));
      send({ stream });
      return;
    }
    hashes.delete(stream);
    if ('end' in message) send({ stream, sha256: new Uint8Array(hash.digest()) });
  });
}
