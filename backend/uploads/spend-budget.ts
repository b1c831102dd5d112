/** The bytes and files that a CI job may send: counted over all capabilities that the job has exchanged. */
import type { Actor, Context } from '../context.ts';
import type { TenantTransaction } from '../db/port.ts';
import { DevicelaneError } from '../errors.ts';

const DAY_MS = 24 * 3_600_000;

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
  const bytes = rows.reduce((sum, row) => sum + row.bytes_used, size);
  const artifacts = rows.reduce((sum, row) => sum + row.artifacts_used, 1);
  if (!limits || bytes > limits.max_bytes || artifacts > limits.max_artifacts) {
    throw exceeded('This CI job has used up the bytes or files that its policy allows.');
  }
  if (limits.trust_policy_id && limits.max_bytes_per_day !== null) {
    await requireDayBudget(ctx, tx, limits.trust_policy_id, limits.max_bytes_per_day, size);
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

/** Of all CI jobs under one policy. */
async function requireDayBudget(
  ctx: Context,
  tx: TenantTransaction,
  policyId: string,
  most: number,
  size: number,
): Promise<void> {
  const { bytes } = await tx
    .selectFrom('artifacts')
    .innerJoin('capabilities', 'capabilities.id', 'artifacts.capability_id')
    .select((eb) => eb.fn.coalesce(eb.fn.sum<string>('artifacts.size'), eb.val('0')).as('bytes'))
    .where('capabilities.trust_policy_id', '=', policyId)
    .where('artifacts.created_at', '>', new Date(ctx.now().getTime() - DAY_MS))
    .executeTakeFirstOrThrow();
  if (Number(bytes) + size > most) {
    throw exceeded(
      'The CI jobs of this trust policy have used up the bytes of 24 hours; an admin changes maxBytesPerDay.',
    );
  }
}
