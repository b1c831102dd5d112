/** Waits for what comes to pass by itself, such as a task's work. */
import { setTimeout as sleep } from 'node:timers/promises';

/** @throws Error naming what was not seen in time */
export async function until(what: string, holds: () => boolean | Promise<boolean>, timeoutMs = 20_000): Promise<void> {
  for (const end = performance.now() + timeoutMs; !(await holds()); await sleep(25)) {
    if (performance.now() > end) throw new Error(`not seen: ${what}`);
  }
}
