/** Holds a tenant and its projects to the device minutes and the jobs at once that they may take. */
import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { MOST_JOBS, MOST_MINUTES } from '../contract/limits.ts';
import type { TenantTransaction } from '../db/port.ts';
import { DevicelaneError } from '../errors.ts';
import { limitsOf } from '../tenants/read-limits.ts';
import { ON_DEVICE } from './change.ts';

const DAY_MS = 24 * 3_600_000;
const UNBOUND = { jobsAtOnce: MOST_JOBS, minutesPerDay: MOST_MINUTES };

/** Milliseconds on devices of runs that began within 24 hours; one that is not over may still take all of its time. */
export const takenMs = (now: Date) => sql<number>`coalesce(sum(case when runs.state = 'finished'
  then (select sum(device_ms) from jobs where jobs.run_id = runs.id)
  else runs.timeout_ms::bigint * (select count(*) from jobs where jobs.run_id = runs.id) end)
  filter (where runs.created_at > ${new Date(now.getTime() - DAY_MS)}), 0)::bigint`;

type LimitOfRuns = keyof typeof UNBOUND;
type Bound = { of: 'project' | 'tenant'; limit: number };

/** Those that bind. Where one does, such transactions go one after the other from here to their commit. */
async function boundsOf(tx: TenantTransaction, name: LimitOfRuns, projectId: string): Promise<Bound[]> {
  const read = async (): Promise<Bound[]> => {
    const limits = await limitsOf(tx, projectId);
    const all = (['project', 'tenant'] as const).map((of) => ({ of, limit: limits[of][name] }));
    return all.filter(({ limit }) => limit < UNBOUND[name]);
  };
  if ((await read()).length === 0) return [];
  await sql`select pg_advisory_xact_lock(hashtextextended(${`runs.${name}`}, 0))`.execute(tx);
  return read();
}

/** In the transaction that has just written the run. @throws DevicelaneError `quota_exceeded` */
export async function requireMinutes(
  ctx: Context,
  tx: TenantTransaction,
  run: { runId: string; projectId: string; minutes: number },
): Promise<void> {
  for (const { of, limit } of await boundsOf(tx, 'minutesPerDay', run.projectId)) {
    const { ms } = await tx
      .selectFrom('runs')
      .select(takenMs(ctx.now()).as('ms'))
      .where('id', '<>', run.runId)
      .$if(of === 'project', (query) => query.where('project_id', '=', run.projectId))
      .executeTakeFirstOrThrow();
    const taken = Math.ceil(ms / 60_000);
    if (taken + run.minutes <= limit) continue;
    throw new DevicelaneError(
      'quota_exceeded',
      `This run may take ${run.minutes} device minutes; of the ${limit} that this ${of} has in 24 hours ${taken} are taken: lower the time-out, or an admin sets the limit minutesPerDay.`,
      { field: 'timeout' },
    );
  }
}

/** Whether one more job of the project may go to a device: in the transaction that lets it begin. */
export async function hasRoom(tx: TenantTransaction, projectId: string): Promise<boolean> {
  for (const { of, limit } of await boundsOf(tx, 'jobsAtOnce', projectId)) {
    const { live } = await tx
      .selectFrom('jobs')
      .innerJoin('runs', 'runs.id', 'jobs.run_id')
      .select((eb) => eb.fn.countAll<number>().as('live'))
      .where('jobs.state', 'in', ON_DEVICE)
      .$if(of === 'project', (query) => query.where('runs.project_id', '=', projectId))
      .executeTakeFirstOrThrow();
    if (Number(live) >= limit) return false;
  }
  return true;
}
