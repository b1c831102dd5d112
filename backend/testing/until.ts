/** Waits for what comes to pass by itself, such as a task's work. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Looks become rarer: what takes long is not kept from its work by them. */
const MOST_REST_MS = 250;

type Nothing = false | 0 | '' | null | undefined;

/**
 * What was looked for, once it is there. The bound is far: only what never comes is waited for so long.
 *
 * @param what or what to say of how it stands
 * @throws Error saying so where it is not seen in time
 */
export async function until<T>(
  what: string | (() => string),
  find: () => T | Promise<T>,
  timeoutMs = 30_000,
): Promise<Exclude<T, Nothing>> {
  for (const began = performance.now(); ; ) {
    const found = await find();
    if (found) return found as Exclude<T, Nothing>;
    const waitedMs = performance.now() - began;
    if (waitedMs > timeoutMs) throw new Error(`not seen: ${typeof what === 'string' ? what : what()}`);
    await sleep(Math.min(MOST_REST_MS, 25 + waitedMs / 20));
  }
}
