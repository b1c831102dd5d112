/**
 * Numbers and signs the audit logs of the tenants that have written something, three times a second. The pending mark, which
 * stands before each transaction, says which these are; it goes once the log is numbered and signed to its end.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { numberEntries } from '../audit/number-entries.ts';
import { signCheckpoints } from '../audit/sign-checkpoint.ts';
import type { Context } from '../context.ts';

const INTERVAL_MS = 300;
/** Tenants at a time. */
const LANES = 4;
/** How long a tenant is left alone whose log could not be numbered or signed. */
const REST_MS = 10_000;

type Deps = {
  pendingTenants(): Promise<string[]>;
  /** null for a tenant that is not active. */
  openTenant(tenantId: string): Promise<Context | null>;
  onError: (error: unknown) => void;
};

export function startSequencer({ pendingTenants, openTenant, onError }: Deps): { stop(): Promise<void> } {
  const stopping = new AbortController();
  /** Tenants whose whole log this process has looked through once. */
  const seen = new Set<string>();
  const restsUntil = new Map<string, number>();

  async function sequence(tenantId: string): Promise<void> {
    if (performance.now() < (restsUntil.get(tenantId) ?? 0)) return;
    try {
      const ctx = await openTenant(tenantId);
      if (!ctx) return;
      const { isAll } = await numberEntries({ ctx, input: { whole: !seen.has(tenantId) } });
      if (isAll) seen.add(tenantId);
      await signCheckpoints({ ctx });
    } catch (error) {
      restsUntil.set(tenantId, performance.now() + REST_MS);
      onError(error);
    }
  }

  async function round(): Promise<void> {
    const waiting = await pendingTenants();
    const lane = async (): Promise<void> => {
      for (let next = waiting.pop(); next && !stopping.signal.aborted; next = waiting.pop()) await sequence(next);
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await round().catch(onError);
      await sleep(INTERVAL_MS, undefined, { signal: stopping.signal }).catch(() => {});
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
