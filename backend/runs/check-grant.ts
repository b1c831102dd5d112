/** Holds a run to what the trust policy of its CI job grants: farms, devices, minutes, and how many runs at once. */
import { sql } from 'kysely';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { StartRun } from '../contract/runs.ts';
import type { TenantTransaction } from '../db/port.ts';
import { DevicelaneError, type ErrorCode } from '../errors.ts';
import { type Grant, takesDevice } from '../tokens/grant.ts';
import { takenMs } from './budget.ts';
import type { PlannedRun } from './plan.ts';

type Refused = { code: ErrorCode; field: string; detail: string };

/** Device minutes that the run may take at most. */
export const plannedMinutes = (input: StartRun, plan: PlannedRun): number => input.timeout * plan.jobs.length;

/** Of what the run itself says. @throws DevicelaneError `not_granted`, naming the input to change */
export async function requireGranted(ctx: Context, grant: Grant, input: StartRun, plan: PlannedRun): Promise<void> {
  const refused = judge(grant, input, plan);
  if (!refused) return;
  if (grant.mode === 'enforce') throw refusal(refused);
  await ctx.write(({ tx }) => tellWouldRefuse(ctx, tx, grant, refused));
}

function judge(grant: Grant, input: StartRun, plan: PlannedRun): Refused | null {
  const not = (field: string, what: string, key: string): Refused => ({
    code: 'not_granted',
    field,
    detail: `The trust policy of this CI job does not grant ${what}; change it, or an admin changes ${key} of ${grant.trustPolicyId}.`,
  });
  const farm = plan.jobs.find((job) => grant.farms.length > 0 && !grant.farms.includes(job.farm));
  if (farm) return not('farm', `the farm "${farm.farm}"`, 'farms');
  const device = plan.jobs.find(
    (job) => grant.devices.length > 0 && !grant.devices.some((pattern) => takesDevice(pattern, job.device)),
  );
  if (device) return not('devices', `the device "${device.label}"`, 'devices');
  const minutes = plannedMinutes(input, plan);
  if (grant.maxMinutes !== undefined && minutes > grant.maxMinutes) {
    const what = `${minutes} device minutes (${plan.jobs.length} jobs of ${input.timeout}), only ${grant.maxMinutes}`;
    return not('timeout', what, 'maxMinutes');
  }
  return null;
}

/**
 * Of what all runs under the policy take, in the transaction that has just written this one: starts under one policy wait
 * for each other, so that two at once cannot both be the last that is allowed.
 * @throws DevicelaneError `quota_exceeded`
 */
export async function requireRoom(
  ctx: Context,
  tx: TenantTransaction,
  grant: Grant,
  run: { runId: string; minutes: number },
): Promise<void> {
  const { maxConcurrentRuns, maxMinutesPerDay, trustPolicyId } = grant;
  if (maxConcurrentRuns === undefined && maxMinutesPerDay === undefined) return;
  await tx.selectFrom('trust_policies').select('id').where('id', '=', trustPolicyId).forNoKeyUpdate().execute();
  const others = await tx
    .selectFrom('runs')
    .innerJoin('capabilities', 'capabilities.id', 'runs.capability_id')
    .select([sql<number>`count(*) filter (where runs.state <> 'finished')`.as('active'), takenMs(ctx.now()).as('ms')])
    .where('capabilities.trust_policy_id', '=', trustPolicyId)
    .where('runs.id', '<>', run.runId)
    .executeTakeFirstOrThrow();
  const change = (key: string): string => `, or an admin changes ${key} of ${trustPolicyId}`;
  const taken = Math.ceil(others.ms / 60_000);
  let refused: Refused | null = null;
  if (maxConcurrentRuns !== undefined && others.active >= maxConcurrentRuns) {
    const detail = `${others.active} runs under this trust policy are not over, and it allows ${maxConcurrentRuns} at once: try again later${change('maxConcurrentRuns')}.`;
    refused = { code: 'quota_exceeded', field: 'name', detail };
  } else if (maxMinutesPerDay !== undefined && taken + run.minutes > maxMinutesPerDay) {
    const detail = `This run may take ${run.minutes} device minutes; of the ${maxMinutesPerDay} that the trust policy allows in 24 hours ${taken} are taken: lower the time-out${change('maxMinutesPerDay')}.`;
    refused = { code: 'quota_exceeded', field: 'timeout', detail };
  }
  if (!refused) return;
  if (grant.mode === 'enforce') throw refusal(refused);
  await tellWouldRefuse(ctx, tx, grant, refused);
}

const refusal = ({ code, field, detail }: Refused): DevicelaneError => new DevicelaneError(code, detail, { field });

function tellWouldRefuse(ctx: Context, tx: TenantTransaction, grant: Grant, { code, field }: Refused): Promise<void> {
  const detail = { reason: code, input: field };
  return appendAudit(ctx, tx, { code: 'trust.would_refuse', object: grant.trustPolicyId, detail });
}
