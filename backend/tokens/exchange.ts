/** Exchanges a CI's identity token for a capability (RFC 8693), bound to the key that signed the proof (RFC 9449). */
import { appendControlAudit } from '../audit/append-control.ts';
import type { Context, SystemContext } from '../context.ts';
import type { ExchangedToken } from '../contract/oauth.ts';
import { newToken } from '../contract/token-forms.ts';
import { DevicelaneError } from '../errors.ts';
import { auditRefusedExchange, auditRefusedIdentity } from './audit-refused.ts';
import { deriveToken } from './derive-token.ts';
import { type Binding, findBinding } from './find-binding.ts';
import { findTrust } from './find-trust.ts';
import type { Identity } from './identity.ts';
import { issueCapability } from './issue-capability.ts';
import type { Issuers } from './issuers.ts';
import { noteRename } from './note-rename.ts';
import { useIdentity } from './use-once.ts';
import { verifyIdentity } from './verify-identity.ts';
import { type ProvenRequest, verifyProof } from './verify-proof.ts';

type Input = {
  subjectToken: string;
  proof: string | undefined;
  request: ProvenRequest;
  /** The same with the same key: a lost answer is asked for again. */
  idempotencyKey: string | null;
};

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
  const identity = await verifyIdentity(input.subjectToken, issuers, system.publicUrl, system.now()).catch(
    async (error) => {
      await auditRefusedIdentity(system, error);
      throw error;
    },
  );
  const { issuer, unknownClaims: claims } = identity;
  if (claims.length > 0) system.log.warn({ issuer, claims }, 'identity tokens have claims that are not known here');
  const binding = await findBinding(system, identity.issuer, identity.repositoryId);
  const ctx = binding && (await system.openTenant({ id: binding.tenant_id }, { kind: 'worker' }));
  if (!binding || !ctx) {
    await appendControlAudit(system, {
      code: 'token.refused',
      outcome: 'denied',
      detail: { reason: 'unknown repository', repositoryId: identity.repositoryId },
    });
    throw new DevicelaneError(
      'untrusted',
      'This repository is bound to no project here; an admin makes a project for it and proves access to it.',
      { field: 'subject_token' },
    );
  }
  try {
    return await exchangeTrusted(system, ctx, binding, identity, input);
  } catch (error) {
    if (error instanceof DevicelaneError) await auditRefusedExchange(ctx, binding.project_id, error);
    throw error;
  }
}

async function exchangeTrusted(
  system: SystemContext,
  ctx: Context,
  binding: Binding,
  identity: Identity,
  input: Input,
): Promise<ExchangedToken> {
  const projectId = binding.project_id;
  const proof = await verifyProof(input.proof, input.request, null, system.now());
  if (binding.owner_id !== identity.ownerId) {
    throw new DevicelaneError(
      'untrusted',
      `The repository has another owner now, number ${identity.ownerId}; it must be proven, or approved, for this project anew.`,
      { field: 'subject_token' },
    );
  }
  const trusted = await findTrust(ctx, projectId, identity);
  await useIdentity(system, identity, proof, input.idempotencyKey);
  const { thumbprint } = proof;
  const token =
    input.idempotencyKey === null
      ? newToken('ci', ctx.tenant.route)
      : await deriveToken(ctx, identity, { thumbprint, idempotencyKey: input.idempotencyKey });
  const exchanged = await issueCapability(ctx, { projectId, token, identity, trusted, thumbprint });
  await noteRename(ctx, projectId, identity.repository);
  return exchanged;
}
