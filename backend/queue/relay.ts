/** Moves tasks from tenants' outboxes to the queue, at once when nudged and otherwise every second. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Outboxes, Queue } from './port.ts';

export interface Relay {
  /** Says that this process just committed something in this tenant. */
  nudge(tenantId: string): void;
  stop(): Promise<void>;
}

const INTERVAL_MS = 1_000;

export function startRelay(outboxes: Outboxes, queue: Queue, onError: (error: unknown) => void): Relay {
  const nudged = new Set<string>();
  const stopping = new AbortController();
  let wake = (): void => {};

  async function moveAll(tenantId: string): Promise<void> {
    while ((await outboxes.move(tenantId, (tasks) => queue.send(tasks))) > 0);
  }

  async function round(): Promise<void> {
    const now = [...nudged];
    nudged.clear();
    for (const tenantId of now) await moveAll(tenantId).catch(onError);
  }

  async function patrol(): Promise<void> {
    for (const tenantId of await outboxes.pendingTenants()) {
      // A tenant whose database is away keeps no other waiting; its mark brings it back here.
      await moveAll(tenantId)
        .then(() => outboxes.settle(tenantId))
        .catch(onError);
    }
  }

  async function run(): Promise<void> {
    let patrolAt = 0;
    while (!stopping.signal.aborted) {
      try {
        await round();
        if (performance.now() >= patrolAt) {
          await patrol();
          patrolAt = performance.now() + INTERVAL_MS;
        }
      } catch (error) {
        onError(error);
        await sleep(INTERVAL_MS);
      }
      if (nudged.size === 0 && !stopping.signal.aborted) await pause(patrolAt - performance.now());
    }
  }

  function pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(ms, 1));
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  const running = run();
  return {
    nudge(tenantId) {
      nudged.add(tenantId);
      wake();
    },
    async stop() {
      stopping.abort();
      wake();
      await running;
    },
  };
}
