/** A second project of the world's tenant, and a second tenant with a project of its own. */
import { approveBinding } from '../integrations/bind-project.ts';
import { type SetUp, setUp } from '../ops/setup.ts';
import { createProject } from '../tenants/create-project.ts';
import { openTenant } from './kept.ts';
import type { World } from './world.ts';

type Repository = { id: string; ownerId: string; fullName: string };

/** Bound by the operator's word. @param issuer default: the world's own */
export async function addProject(
  world: World,
  { id: repositoryId, ownerId, fullName }: Repository,
  issuer: string = world.oidc.issuer,
): Promise<{ projectId: string }> {
  const ctx = await openTenant(world, { actor: { kind: 'operator' } });
  const named = { name: fullName, repository: fullName, defaultFarm: 'inspection' };
  const { projectId } = await createProject({ ctx, input: { ...named, issuer, ownerId, repositoryId } });
  await approveBinding({ ctx, system: world.backend.contexts.system('test'), input: { projectId } });
  return { projectId };
}

/** A tenant without an installation, whose policy trusts what policies trust by default. */
export function addTenant(
  { backend: { doors, contexts }, oidc: { issuer } }: Pick<World, 'backend' | 'oidc'>,
  { id: repositoryId, ownerId, fullName: name }: Repository,
): Promise<SetUp> {
  return setUp(doors, contexts.system('setup'), {
    email: 'admin@other.example',
    region: 'local',
    project: { name, repository: name, issuer, ownerId, repositoryId },
    installationId: null,
    policy: {},
    farm: null,
  });
}
