/** What a fork's run may use, however it was approved. */
import type { Context } from '../context.ts';
import type { ForkManifest } from '../contract/fork-manifest.ts';
import { DevicelaneError } from '../errors.ts';
import { openProjectSettings } from '../tenants/read.ts';

/** For each project. Minutes are those that runs may take, not those that they took. */
const RUNS_PER_DAY = 20;
const MINUTES_PER_DAY = 600;
const MAX_MINUTES = 60;
const DAY_MS = 86_400_000;

/**
 * Returns the minutes of devices that the run may take.
 * @throws DevicelaneError `forbidden`, `quota_exceeded`, naming the input
 */
export async function requireForkPolicy(ctx: Context, projectId: string, run: ForkManifest['run']): Promise<number> {
  const forbid = (field: string, detail: string) => new DevicelaneError('forbidden', detail, { field });
  if (Object.values(run.env).some((value) => value.startsWith('secret:'))) {
    throw forbid('env', 'A run of a fork is given no secrets.');
  }
  const { defaultFarm } = await openProjectSettings(ctx, projectId);
  if (run.farms.some((farm) => farm !== defaultFarm)) {
    throw forbid('farm', 'A run of a fork uses the default farm of the project only.');
  }
  const devices = Math.max(1, run.devices.length) * (run.shards === 'auto' ? 1 : run.shards);
  const minutes = devices * run.timeout;
  if (minutes > MAX_MINUTES) {
    throw forbid('timeout', `A run of a fork may take ${MAX_MINUTES} device minutes; this one asks for ${minutes}.`);
  }
  const spent = await ctx.db
    .selectFrom('fork_requests')
    .select((eb) => [eb.fn.countAll<number>().as('runs'), eb.fn.sum<number>('minutes').as('minutes')])
    .where('project_id', '=', projectId)
    .where('started_at', '>', new Date(ctx.now().getTime() - DAY_MS))
    .executeTakeFirstOrThrow();
  if (Number(spent.runs) >= RUNS_PER_DAY || Number(spent.minutes ?? 0) + minutes > MINUTES_PER_DAY) {
    throw new DevicelaneError('quota_exceeded', 'The runs or minutes that forks have in a day are used up.');
  }
  return minutes;
}
