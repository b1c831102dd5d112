/** Exchanges a CI's identity token for a capability (RFC 8693), bound to the key that signed the proof (RFC 9449). */
import { createHash } from 'node:crypto';
import { appendAudit } from '../audit/append.ts';
import { appendControlAudit } from '../audit/append-control.ts';
import type { Context, SystemContext } from '../context.ts';
import { newId } from '../contract/ids.ts';
import { type ExchangedToken, ISSUED_TOKEN_TYPE, type Operation } from '../contract/oauth.ts';
import { newToken } from '../contract/token-forms.ts';
import { DevicelaneError } from '../errors.ts';
import { branchDigests } from './branch-digests.ts';
import type { GithubClaims } from './github-claims.ts';
import { hashToken } from './hash.ts';
import type { Issuers } from './issuers.ts';
import type { KeptClaims } from './read.ts';
import { failedClaims, TrustPolicy } from './trust-policy.ts';
import { RefusedIdentity, type VerifiedIdentity, verifyIdentity } from './verify-identity.ts';
import { PROOF_MAX_AGE_SECONDS, PROOF_TOLERANCE_SECONDS, type ProvenRequest, verifyProof } from './verify-proof.ts';

const LIFETIME_SECONDS = 900;
/** A CI job's operations. An artifact's content is never among them. */
const CI_OPERATIONS: Operation[] = ['artifact:create', 'artifact:read', 'run:create', 'run:read', 'run:cancel'];
/** How long a used identity token is remembered after it would be refused anyway. */
const REMEMBER_MS = 35_000;

type Input = { subjectToken: string; proof: string | undefined; request: ProvenRequest };
type Binding = { tenant_id: string; project_id: string; owner_id: string };

/** @throws DevicelaneError `invalid_token`, `invalid_proof`, `replayed`, `untrusted` */
export async function exchangeToken({
  system,
  issuers,
  input,
}: {
  system: SystemContext;
  issuers: Issuers;
  input: Input;
}): Promise<ExchangedToken> {
  const now = system.now();
  const identity = await verifyIdentity(input.subjectToken, issuers, system.publicUrl, now).catch(async (error) => {
    await auditRefusal(system, error);
    throw error;
  });
  const binding = await findBinding(system, identity.issuer, identity.claims.repository_id);
  const ctx = binding && (await system.openTenant({ id: binding.tenant_id }, { kind: 'worker' }));
  if (!binding || !ctx) {
    await appendControlAudit(system, {
      code: 'token.refused',
      outcome: 'denied',
      detail: { reason: 'unknown repository', repositoryId: identity.claims.repository_id },
    });
    throw new DevicelaneError(
      'untrusted',
      'This repository is bound to no project here; an admin binds it with `devicelane project`.',
      { field: 'subject_token' },
    );
  }
  try {
    const proof = await verifyProof(input.proof, input.request, null, now);
    const policy = await findPolicy(ctx, binding, identity.claims);
    await useOnce(system, identity, proof.id, now);
    return await issue(ctx, binding.project_id, identity.claims, policy, proof.thumbprint);
  } catch (error) {
    if (error instanceof DevicelaneError) await auditDenial(ctx, binding.project_id, error);
    throw error;
  }
}

function findBinding(system: SystemContext, issuer: string, repositoryId: string): Promise<Binding | undefined> {
  return system.control
    .selectFrom('repository_bindings')
    .select(['tenant_id', 'project_id', 'owner_id'])
    .where('issuer', '=', issuer)
    .where('repository_id', '=', repositoryId)
    .executeTakeFirst();
}

/** A token whose signature held is told of in the log of the tenant that it names; others above the tenants. */
async function auditRefusal(system: SystemContext, error: unknown): Promise<void> {
  if (!(error instanceof RefusedIdentity)) return;
  const { claimed } = error;
  const binding = claimed && (await findBinding(system, claimed.issuer, claimed.repositoryId));
  const ctx = binding && (await system.openTenant({ id: binding.tenant_id }, { kind: 'worker' }));
  if (ctx) await auditDenial(ctx, binding.project_id, error);
  else await appendControlAudit(system, { code: 'token.refused', outcome: 'denied', detail: { reason: error.code } });
}

async function auditDenial(ctx: Context, projectId: string, error: DevicelaneError): Promise<void> {
  await ctx.write(({ tx }) =>
    appendAudit(ctx, tx, {
      code: 'token.refused',
      outcome: 'denied',
      object: projectId,
      detail: { reason: error.code },
    }),
  );
}

/** The first policy of the project that trusts these claims. */
async function findPolicy(ctx: Context, binding: Binding, claims: GithubClaims): Promise<TrustPolicy> {
  if (binding.owner_id !== claims.repository_owner_id) {
    throw new DevicelaneError('untrusted', 'The repository has another owner now; an admin must approve it again.', {
      field: 'subject_token',
    });
  }
  const rows = await ctx.db
    .selectFrom('trust_policies')
    .select(['id', 'sealed_policy'])
    .where('project_id', '=', binding.project_id)
    .where('revoked_at', 'is', null)
    .orderBy('created_at')
    .execute();
  const failed = new Set<string>();
  for (const row of rows) {
    const sealed = await ctx.keys.open(binding.project_id, `trust_policies.sealed_policy|${row.id}`, row.sealed_policy);
    const policy = TrustPolicy.parse(JSON.parse(sealed.toString('utf8')));
    const failing = failedClaims(policy, claims);
    if (failing.length === 0) return policy;
    for (const claim of failing) failed.add(claim);
  }
  const why = rows.length === 0 ? 'it has none' : `these claims match none: ${[...failed].join(', ')}`;
  throw new DevicelaneError('untrusted', `No trust policy of the project allows this CI job: ${why}.`, {
    field: 'subject_token',
  });
}

/** Claims the identity token and the proof, each once, after every other check. */
async function useOnce(system: SystemContext, identity: VerifiedIdentity, proofId: string, now: Date): Promise<void> {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  const won = await system.control.transaction().execute(async (tx) => {
    const token = await tx
      .insertInto('used_tokens')
      .values({
        issuer: identity.issuer,
        jti_hash: hash(identity.claims.jti),
        expires_at: new Date(identity.claims.exp * 1000 + REMEMBER_MS),
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    const proof = await tx
      .insertInto('used_proofs')
      .values({
        proof_hash: hash(proofId),
        expires_at: new Date(now.getTime() + (PROOF_MAX_AGE_SECONDS + PROOF_TOLERANCE_SECONDS) * 1000),
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return token.numInsertedOrUpdatedRows === 1n && proof.numInsertedOrUpdatedRows === 1n;
  });
  if (!won) {
    throw new DevicelaneError('replayed', 'The identity token or the proof was used before; ask for a fresh one.', {
      field: 'subject_token',
    });
  }
}

async function issue(
  ctx: Context,
  projectId: string,
  claims: GithubClaims,
  policy: TrustPolicy,
  thumbprint: string,
): Promise<ExchangedToken> {
  const id = newId('capability', ctx.tenant.route);
  const token = newToken('ci', ctx.tenant.route);
  const now = ctx.now();
  const context: KeptClaims = {
    event: claims.event_name,
    ref: claims.ref,
    workflow: claims.job_workflow_ref,
    sha: claims.sha,
  };
  const sealedClaims = await ctx.keys.seal(projectId, `capabilities.sealed_claims|${id}`, JSON.stringify(context));
  const branches = await branchDigests(ctx, projectId, claims);
  await ctx.write(async ({ tx }) => {
    await tx
      .insertInto('capabilities')
      .values({
        id,
        token_hash: hashToken(token),
        kind: 'ci',
        project_id: projectId,
        parent_id: null,
        run_id: null,
        operations: CI_OPERATIONS,
        key_thumbprint: thumbprint,
        ci_run_id: claims.run_id,
        ci_attempt: Number(claims.run_attempt),
        sealed_claims: sealedClaims,
        ...branches,
        max_bytes: policy.maxBytes,
        max_artifacts: policy.maxArtifacts,
        created_at: now,
        expires_at: new Date(now.getTime() + LIFETIME_SECONDS * 1000),
        revoked_at: null,
      })
      .execute();
    const detail = { ciRunId: claims.run_id, ciAttempt: Number(claims.run_attempt) };
    await appendAudit(ctx, tx, { code: 'token.issued', object: id, detail });
  });
  return {
    access_token: token,
    issued_token_type: ISSUED_TOKEN_TYPE,
    token_type: 'DPoP',
    expires_in: LIFETIME_SECONDS,
    scope: CI_OPERATIONS.join(' '),
  };
}
