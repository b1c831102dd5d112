/** Tells of a refused exchange: in the log of the tenant that a signed token names, or above the tenants. */
import { type AuditEntry, appendAudit } from '../audit/append.ts';
import { appendControlAudit } from '../audit/append-control.ts';
import type { Context, SystemContext } from '../context.ts';
import type { DevicelaneError } from '../errors.ts';
import { findBinding } from './find-binding.ts';
import { UntrustedClaims } from './find-trust.ts';
import { RefusedIdentity } from './verify-identity.ts';

export async function auditRefusedIdentity(system: SystemContext, error: unknown): Promise<void> {
  if (!(error instanceof RefusedIdentity)) return;
  const { claimed } = error;
  const binding = claimed && (await findBinding(system, claimed.issuer, claimed.repositoryId));
  const ctx = binding && (await system.openTenant({ id: binding.tenant_id }, { kind: 'worker' }));
  if (ctx) await auditRefusedExchange(ctx, binding.project_id, error);
  else await appendControlAudit(system, { code: 'token.refused', outcome: 'denied', detail: { reason: error.code } });
}

/** Names of claims are a closed list; their values never stand here. */
export async function auditRefusedExchange(ctx: Context, projectId: string, error: DevicelaneError): Promise<void> {
  const detail: AuditEntry['detail'] = { reason: error.code };
  if (error instanceof UntrustedClaims) detail.claims = error.claims.join(', ');
  await ctx.write(({ tx }) =>
    appendAudit(ctx, tx, { code: 'token.refused', outcome: 'denied', object: projectId, detail }),
  );
}
