/** Sets up a tenant from nothing: its first admin, its farms, its project and who is trusted. Safe to read as a list. */
import type { SystemContext } from '../context.ts';
import { approveBinding, requireUnbound } from '../integrations/bind-project.ts';
import { connect } from '../integrations/connect.ts';
import { addPerson } from '../people/add.ts';
import { createTenant, type TenantDoors } from '../tenants/create.ts';
import { createProject, requireNumbers } from '../tenants/create-project.ts';
import { createTrustPolicy } from '../tokens/create-trust-policy.ts';

export type SetupInput = {
  email: string;
  region: string;
  project: {
    name: string;
    issuer: string;
    ownerId: string;
    repositoryId: string;
    /** `owner/name`. */
    repository: string;
  };
  /** The GitHub App's installation on the repository; null: the step itself is the gate. */
  installationId: string | null;
  policy: unknown;
  /** A farm beside `inspection`, and the project's default; null: `inspection`. */
  farm: { kind: string; name: string; settings: Record<string, unknown> } | null;
};

export type SetUp = { tenantId: string; personId: string; projectId: string };

/** @throws DevicelaneError naming what is wrong */
export async function setUp(doors: TenantDoors, system: SystemContext, input: SetupInput): Promise<SetUp> {
  requireNumbers(input.project);
  await requireUnbound(system, input.project);
  const tenant = await createTenant(doors, { region: input.region });
  const ctx = await system.openTenant({ id: tenant.id }, { kind: 'operator' });
  if (!ctx) throw new Error('the tenant that was just made is not active');
  const { personId } = await addPerson({ ctx, input: { email: input.email, role: 'admin' } });
  await connect({ ctx, input: { kind: 'inspection', name: 'inspection', settings: {} } });
  if (input.farm) await connect({ ctx, input: input.farm });
  const { issuer } = input.project;
  if (input.installationId) {
    const settings = { issuer, installationId: input.installationId, postsChecks: true };
    await connect({ ctx, input: { kind: 'github_app', name: 'github', settings } });
  }
  const defaultFarm = input.farm?.name ?? 'inspection';
  const { projectId } = await createProject({ ctx, input: { ...input.project, defaultFarm } });
  await approveBinding({ ctx, system, input: { projectId } });
  await createTrustPolicy({ ctx, input: { projectId, policy: input.policy } });
  return { tenantId: tenant.id, personId, projectId };
}
