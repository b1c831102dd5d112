/** A farm's file as one stream, whatever breaks on the way: it goes on where it broke off, and gives up without progress. */
import { setTimeout as sleep } from 'node:timers/promises';
import { FarmError, type FarmEvidence } from '../farms/port.ts';

/** In a row, without a byte between them. */
const MAX_BREAKS = 5;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10_000;

/** @throws FarmError of the last try */
export async function* resumed(
  { open }: Pick<FarmEvidence, 'open'>,
  wait: (ms: number) => Promise<unknown> = sleep,
): AsyncIterable<Uint8Array> {
  let offset = 0;
  for (let breaks = 0; ; ) {
    try {
      for await (const piece of open(offset)) {
        offset += piece.length;
        if (piece.length > 0) breaks = 0;
        yield piece;
      }
      return;
    } catch (error) {
      breaks += 1;
      const mayMend = error instanceof FarmError && error.kind === 'broken';
      if (!mayMend || breaks >= MAX_BREAKS) throw error;
      const backoff = Math.min(FIRST_WAIT_MS * 2 ** breaks, LONGEST_WAIT_MS) * (0.5 + Math.random() / 2);
      await wait(Math.max(backoff, Math.min(error.retryAfterMs ?? 0, LONGEST_WAIT_MS)));
    }
  }
}
