/** Makes the capability of a CI job that is trusted: short, bound to its key, and never more than its policy grants. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { newId } from '../contract/ids.ts';
import { type ExchangedToken, ISSUED_TOKEN_TYPE, type Operation } from '../contract/oauth.ts';
import { DevicelaneError } from '../errors.ts';
import { branchDigests } from './branch-digests.ts';
import type { Trusted } from './find-trust.ts';
import { sealGrant } from './grant.ts';
import { hashToken } from './hash.ts';
import type { Identity } from './identity.ts';

const LIFETIME_SECONDS = 900;

type Input = { projectId: string; token: string; identity: Identity; trusted: Trusted; thumbprint: string };

/**
 * A token that was given out before is given again, as long as it works.
 * @throws DevicelaneError `replayed` when it no more does
 */
export async function issueCapability(ctx: Context, input: Input): Promise<ExchangedToken> {
  const { token } = input;
  const now = ctx.now();
  const isNew = await insertCapability(ctx, input, now);
  const row = await ctx.db
    .selectFrom('capabilities')
    .select(['operations', 'expires_at', 'revoked_at'])
    .where('token_hash', '=', hashToken(token))
    .executeTakeFirstOrThrow();
  if (!isNew && (row.revoked_at || row.expires_at <= now)) {
    throw new DevicelaneError('replayed', 'What this identity token gave has ended; ask for a fresh one.', {
      field: 'subject_token',
    });
  }
  return {
    access_token: token,
    issued_token_type: ISSUED_TOKEN_TYPE,
    token_type: 'DPoP',
    expires_in: Math.floor((row.expires_at.getTime() - now.getTime()) / 1000),
    scope: row.operations.join(' '),
  };
}

/** False when this token was given out before. */
async function insertCapability(ctx: Context, input: Input, now: Date): Promise<boolean> {
  const { projectId, token, identity, trusted, thumbprint } = input;
  const { policy } = trusted;
  const id = newId('capability', ctx.tenant.route);
  const place = `capabilities.sealed_claims|${id}`;
  const sealedClaims = await ctx.keys.seal(projectId, place, JSON.stringify(identity.context));
  const sealedGrant = await sealGrant(ctx, projectId, id, trusted.id, policy);
  const branches = await branchDigests(ctx, projectId, identity);
  return ctx.write(async ({ tx }) => {
    // A policy that changes at this moment ends what is made under it: its row is held until this is written.
    const isSame = await tx
      .selectFrom('trust_policies')
      .select('id')
      .where('id', '=', trusted.id)
      .where('sealed_policy', '=', trusted.sealed)
      .where('revoked_at', 'is', null)
      .forShare()
      .executeTakeFirst();
    if (!isSame) throw new DevicelaneError('untrusted', 'The trust policy has just been changed; try again.');
    const inserted = await tx
      .insertInto('capabilities')
      .values({
        id,
        token_hash: hashToken(token),
        kind: 'ci',
        project_id: projectId,
        parent_id: null,
        run_id: null,
        operations: policy.operations as Operation[],
        key_thumbprint: thumbprint,
        ci_run_id: identity.ciRunId,
        ci_attempt: identity.ciAttempt,
        sealed_claims: sealedClaims,
        ...branches,
        trust_policy_id: trusted.id,
        sealed_grant: sealedGrant,
        max_bytes: policy.maxBytes,
        max_artifacts: policy.maxArtifacts,
        max_bytes_per_day: policy.maxBytesPerDay ?? null,
        created_at: now,
        expires_at: new Date(now.getTime() + LIFETIME_SECONDS * 1000),
        revoked_at: null,
      })
      .onConflict((conflict) => conflict.column('token_hash').doNothing())
      .executeTakeFirst();
    if (inserted.numInsertedOrUpdatedRows !== 1n) return false;
    const detail = { ciRunId: identity.ciRunId, ciAttempt: identity.ciAttempt, trustPolicyId: trusted.id };
    await appendAudit(ctx, tx, { code: 'token.issued', object: id, detail });
    if (trusted.letThrough.length > 0) {
      const claims = trusted.letThrough.join(', ');
      await appendAudit(ctx, tx, {
        code: 'trust.would_refuse',
        object: trusted.id,
        detail: { capability: id, claims },
      });
    }
    return true;
  });
}
