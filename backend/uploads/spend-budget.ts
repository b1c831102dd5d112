/**
 * The bytes and files that may be sent: by a CI job, counted over all capabilities that it has exchanged; with an API token,
 * which lives long, in 24 hours.
 */
import type { Actor, Context } from '../context.ts';
import type { TenantTransaction } from '../db/port.ts';
import { DevicelaneError } from '../errors.ts';

const DAY_MS = 24 * 3_600_000;

const DAY_SPENT =
  'The CI jobs of this trust policy have used up the bytes of 24 hours; an admin changes its maxBytesPerDay.';
const TOKEN_SPENT = 'This API token has used up the bytes or files that it may send in 24 hours.';

type Capability = Extract<Actor, { kind: 'capability' }>;

const exceeded = (detail: string): DevicelaneError => new DevicelaneError('quota_exceeded', detail, { field: 'size' });

/** @throws DevicelaneError `quota_exceeded` */
export async function spendBudget(ctx: Context, tx: TenantTransaction, actor: Capability, size: number): Promise<void> {
  const { ci } = actor;
  await holdPolicy(tx, actor);
  const own = tx
    .selectFrom('capabilities')
    .select([
      'id',
      'bytes_used',
      'artifacts_used',
      'max_bytes',
      'max_artifacts',
      'max_bytes_per_day',
      'trust_policy_id',
    ]);
  // A second identity token is no second budget. Locked in one order, so that two at once wait for each other.
  const rows = await (ci
    ? own
        .where('project_id', '=', actor.projectId)
        .where('kind', '=', 'ci')
        .where('ci_run_id', '=', ci.runId)
        .where('ci_attempt', '=', ci.attempt)
    : own.where('id', '=', actor.id)
  )
    .orderBy('id')
    .forUpdate()
    .execute();
  const limits = rows.find((row) => row.id === actor.id);
  const used = ci
    ? {
        bytes: rows.reduce((sum, row) => sum + row.bytes_used, 0),
        artifacts: rows.reduce((sum, row) => sum + row.artifacts_used, 0),
      }
    : await sentInADay(ctx, tx, 'capabilities.id', actor.id);
  if (!limits || used.bytes + size > limits.max_bytes || used.artifacts >= limits.max_artifacts) {
    const who = ci ? 'This CI job has used up the bytes or files that its policy allows.' : TOKEN_SPENT;
    throw exceeded(who);
  }
  if (limits.trust_policy_id && limits.max_bytes_per_day !== null) {
    const { bytes } = await sentInADay(ctx, tx, 'capabilities.trust_policy_id', limits.trust_policy_id);
    if (bytes + size > limits.max_bytes_per_day) throw exceeded(DAY_SPENT);
  }
  await tx
    .updateTable('capabilities')
    .set({ bytes_used: limits.bytes_used + size, artifacts_used: limits.artifacts_used + 1 })
    .where('id', '=', actor.id)
    .execute();
}

/** Who counts what a whole policy has taken waits for the others that do; the policy is always held before capabilities. */
async function holdPolicy(tx: TenantTransaction, actor: Capability): Promise<void> {
  await tx
    .selectFrom('trust_policies')
    .select('id')
    .where('id', '=', (eb) =>
      eb
        .selectFrom('capabilities')
        .select('trust_policy_id')
        .where('capabilities.id', '=', actor.id)
        .where('max_bytes_per_day', 'is not', null),
    )
    .forNoKeyUpdate()
    .execute();
}

/** Of all uploads with the capabilities whose column has this value. */
async function sentInADay(
  ctx: Context,
  tx: TenantTransaction,
  column: 'capabilities.id' | 'capabilities.trust_policy_id',
  value: string,
): Promise<{ bytes: number; artifacts: number }> {
  const { bytes, artifacts } = await tx
    .selectFrom('artifacts')
    .innerJoin('capabilities', 'capabilities.id', 'artifacts.capability_id')
    .select((eb) => [eb.fn.sum<string | null>('artifacts.size').as('bytes'), eb.fn.countAll<number>().as('artifacts')])
    .where(column, '=', value)
    .where('artifacts.created_at', '>', new Date(ctx.now().getTime() - DAY_MS))
    .executeTakeFirstOrThrow();
  return { bytes: Number(bytes ?? 0), artifacts };
}
