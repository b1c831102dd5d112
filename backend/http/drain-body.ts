/** Reads what is left of a refused body, so that the client hears the refusal and does not meet a closed connection. */
import type { IncomingMessage } from 'node:http';
import { MAX_PART_SIZE } from '../contract/artifacts.ts';

/** Milliseconds that a client is waited for. */
const PATIENCE_MS = 30_000;

/** Resolves at the body's end; at once for one that is announced to be larger than any that would be taken. */
export function drainBody(incoming: IncomingMessage): Promise<void> {
  const announced = Number(incoming.headers['content-length'] ?? '0');
  if (incoming.readableEnded || incoming.destroyed || announced > MAX_PART_SIZE) return Promise.resolve();
  return new Promise((resolve) => {
    let left = MAX_PART_SIZE;
    const stop = (): void => {
      clearTimeout(timer);
      incoming.off('data', count).off('end', stop).off('close', stop).off('error', stop);
      resolve();
    };
    const count = (chunk: Uint8Array): void => {
      left -= chunk.byteLength;
      if (left < 0) stop();
    };
    const timer = setTimeout(stop, PATIENCE_MS);
    incoming.on('data', count).on('end', stop).on('close', stop).on('error', stop).resume();
  });
}
