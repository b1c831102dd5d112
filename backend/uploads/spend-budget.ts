/** The bytes and files that a CI job may send: counted over all capabilities that the job has exchanged. */
import type { Actor } from '../context.ts';
import type { TenantTransaction } from '../db/port.ts';
import { DevicelaneError } from '../errors.ts';

/** @throws DevicelaneError `quota_exceeded` */
export async function spendBudget(
  tx: TenantTransaction,
  actor: Extract<Actor, { kind: 'capability' }>,
  size: number,
): Promise<void> {
  const { ci } = actor;
  const own = tx
    .selectFrom('capabilities')
    .select(['id', 'bytes_used', 'artifacts_used', 'max_bytes', 'max_artifacts']);
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
    throw new DevicelaneError('quota_exceeded', 'This CI job has used up the bytes or files that its policy allows.', {
      field: 'size',
    });
  }
  await tx
    .updateTable('capabilities')
    .set({ bytes_used: limits.bytes_used + size, artifacts_used: limits.artifacts_used + 1 })
    .where('id', '=', actor.id)
    .execute();
}
