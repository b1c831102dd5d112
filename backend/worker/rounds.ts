/**
 * Goes round the tenants that have written something, and does the same jobs for each. The pending
 * mark, which stands before each transaction, says which these are: a tenant without one costs no connection.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from '../context.ts';

const INTERVAL_MS = 300;
/** Tenants at a time. */
const LANES = 4;
/** How long a job that failed for a tenant is left alone there. */
const REST_MS = 10_000;

export type RoundsDeps = {
  pendingTenants(): Promise<string[]>;
  /** null for a tenant that is not active. */
  openTenant(tenantId: string): Promise<Context | null>;
  onError: (error: unknown) => void;
};
/** Each safe to repeat, and to do in several processes at once. */
export type Job = (ctx: Context) => Promise<void>;
export type Rounds = { stop(): Promise<void> };

/** @param intervalMs from one round to the next. Default: three rounds a second */
export function startRounds(
  { pendingTenants, openTenant, onError }: RoundsDeps,
  jobs: readonly Job[],
  intervalMs = INTERVAL_MS,
): Rounds {
  const stopping = new AbortController();
  /** For each job, until when it rests, by tenant. */
  const rests = jobs.map(() => new Map<string, number>());

  async function visit(tenantId: string): Promise<void> {
    const ctx = await openTenant(tenantId);
    if (!ctx) return;
    for (const [index, job] of jobs.entries()) {
      if (performance.now() < (rests[index]?.get(tenantId) ?? 0)) continue;
      await job(ctx).catch((error) => {
        rests[index]?.set(tenantId, performance.now() + REST_MS);
        onError(error);
      });
    }
  }

  async function round(): Promise<void> {
    const waiting = await pendingTenants();
    const lane = async (): Promise<void> => {
      for (let next = waiting.pop(); next && !stopping.signal.aborted; next = waiting.pop()) {
        await visit(next).catch(onError);
      }
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await round().catch(onError);
      await sleep(intervalMs, undefined, { signal: stopping.signal }).catch(() => {});
    }
  }

  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
