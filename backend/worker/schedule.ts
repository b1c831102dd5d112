/** What happens by the clock: every hour each tenant is swept, and what is spent above the tenants is forgotten. */
import { createHash } from 'node:crypto';
import type { ControlDb } from '../db/port.ts';
import type { Queue } from '../queue/port.ts';
import { listTenants } from '../tenants/create.ts';
import { forgetUsedTokens } from '../tokens/forget-used.ts';

const HOUR_MS = 3_600_000;

type Deps = {
  control: ControlDb;
  queue: Queue;
  now: () => Date;
  /** What the doors tidy for themselves. */
  tidy: (now: Date) => Promise<unknown>;
  onError: (error: unknown) => void;
};

export function startSchedule({ control, queue, now, tidy, onError }: Deps): { stop(): void } {
  async function hourly(): Promise<void> {
    const hour = Math.floor(now().getTime() / HOUR_MS);
    const tenants = await listTenants(control);
    await queue.send(
      tenants
        .filter((tenant) => tenant.state === 'active')
        .map((tenant) => ({
          id: taskId(tenant.id, hour),
          tenantId: tenant.id,
          task: 'retention.sweep' as const,
          payload: {},
          startAfter: now(),
        })),
    );
    await forgetUsedTokens(control, now());
    await tidy(now());
  }
  const round = (): void => void hourly().catch(onError);
  round();
  const timer = setInterval(round, HOUR_MS);
  return { stop: () => clearInterval(timer) };
}

/** The same in every process, so that a tenant is swept once an hour however many there are. */
function taskId(tenantId: string, hour: number): string {
  const hex = createHash('sha256').update(`sweep|${tenantId}|${hour}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
