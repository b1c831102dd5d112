/** Makes the tokens that follow a run: a handle that reads and cancels it, and one that only cancels. */
import type { Context } from '../context.ts';
import { newId } from '../contract/ids.ts';
import type { Operation } from '../contract/oauth.ts';
import { newToken } from '../contract/token-forms.ts';
import type { TenantTransaction } from '../db/port.ts';
import { DevicelaneError } from '../errors.ts';
import { hashToken } from './hash.ts';
import { requireCapability } from './permissions.ts';

export type RunHandles = { handle: string; cancelHandle: string };

/**
 * Both are children of the actor's capability and narrower. The handle is on the same key; the cancel-only one needs no
 * key, since the post step is a new process.
 */
export async function issueRunHandles(
  ctx: Context,
  tx: TenantTransaction,
  run: { runId: string; expiresAt: Date },
): Promise<RunHandles> {
  const actor = requireCapability(ctx, 'run:create');
  const parent = await holdParent(tx, actor.id);
  const issueOne = async (kind: 'run' | 'cancel', operations: Operation[], thumbprint: string | null) => {
    const token = newToken('run', ctx.tenant.route);
    await tx
      .insertInto('capabilities')
      .values({
        id: newId('capability', ctx.tenant.route),
        token_hash: hashToken(token),
        kind,
        project_id: parent.project_id,
        parent_id: parent.id,
        run_id: run.runId,
        operations,
        key_thumbprint: thumbprint,
        ci_run_id: parent.ci_run_id,
        ci_attempt: parent.ci_attempt,
        sealed_claims: null,
        trust_policy_id: parent.trust_policy_id,
        created_by: parent.created_by,
        max_bytes: 0,
        max_artifacts: 0,
        created_at: ctx.now(),
        expires_at: run.expiresAt,
        revoked_at: null,
      })
      .execute();
    return token;
  };
  return {
    handle: await issueOne('run', ['run:read', 'run:cancel'], parent.key_thumbprint),
    cancelHandle: await issueOne('cancel', ['run:cancel'], null),
  };
}

/**
 * Held, first the policy and then the capability, until the handles are written: who revokes either waits for them, and
 * revokes them too.
 * @throws DevicelaneError `invalid_token` when it was revoked since the request began
 */
async function holdParent(tx: TenantTransaction, capabilityId: string) {
  await tx
    .selectFrom('trust_policies')
    .select('id')
    .where('id', '=', (eb) =>
      eb.selectFrom('capabilities').select('trust_policy_id').where('capabilities.id', '=', capabilityId),
    )
    .forShare()
    .execute();
  const parent = await tx
    .selectFrom('capabilities')
    .select(['id', 'project_id', 'key_thumbprint', 'ci_run_id', 'ci_attempt', 'trust_policy_id', 'created_by'])
    .where('id', '=', capabilityId)
    .where('revoked_at', 'is', null)
    .forShare()
    .executeTakeFirst();
  if (!parent) throw new DevicelaneError('invalid_token', 'The token was revoked.', { field: 'Authorization' });
  return parent;
}
