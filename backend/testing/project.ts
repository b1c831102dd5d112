/** A second project of the world's tenant, or of another, bound by the operator's word. */
import { approveBinding } from '../integrations/bind-project.ts';
import { createProject } from '../tenants/create-project.ts';
import { openTenant } from './kept.ts';
import type { World } from './world.ts';

type Repository = { id: string; ownerId: string; fullName: string };

/** @param issuer default: the world's own */
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
