/** Commands for projects and who is trusted in them. */
import { readFile } from 'node:fs/promises';
import type { Context, SystemContext } from '../context.ts';
import { routeOfId } from '../contract/ids.ts';
import { NewProject } from '../contract/projects.ts';
import { notFound } from '../errors.ts';
import { approveBinding } from '../integrations/bind-project.ts';
import { createProject } from '../tenants/create-project.ts';
import { listProjects } from '../tenants/list-projects.ts';
import { createTrustPolicy } from '../tokens/create-trust-policy.ts';
import { listTrustPolicies } from '../tokens/list-trust-policies.ts';
import { replaceTrustPolicy } from '../tokens/replace-trust-policy.ts';
import { revokeTrustPolicy } from '../tokens/revoke-trust-policy.ts';
import { type Options, required, type Told } from './options.ts';
import { UsageError } from './usage-error.ts';

const GITHUB = 'https://token.actions.githubusercontent.com';

type Command = (ctx: Context, options: Options) => Promise<Told>;

/** Each in the tenant of the person that `--email` names. @throws UsageError, DevicelaneError */
export const PROJECT_COMMANDS: Record<string, Command> = {
  async 'project list'(ctx) {
    const { projects } = await listProjects({ ctx, provable: null });
    const text = projects.map((each) => `${each.projectId} ${each.binding} ${each.repository}`).join('\n');
    return { text, json: { projects } };
  },

  async 'project add'(ctx, options) {
    const repository = required(options, 'repository');
    const input = NewProject.safeParse({
      name: options.name ?? repository,
      issuer: options.issuer ?? GITHUB,
      ownerId: required(options, 'owner-id'),
      repositoryId: required(options, 'repository-id'),
      repository,
      ...(options.farm === undefined ? {} : { defaultFarm: options.farm }),
    });
    if (!input.success) throw new UsageError(`${String(input.error.issues[0]?.path[0])} is not of the right form.`);
    const { projectId } = await createProject({ ctx, input: input.data });
    const text = `Made: ${projectId}. It is bound once an admin proves access to the repository (${ctx.publicUrl}/projects),\nor by project approve --project ${projectId}`;
    return { text, json: { projectId } };
  },

  async 'trust list'(ctx, options) {
    const { trustPolicies } = await listTrustPolicies({ ctx, input: { projectId: options.project } });
    const text = trustPolicies.map(({ trustPolicyId, projectId, policy }) =>
      [trustPolicyId, projectId, policy.provider ?? 'github', policy.mode].join(' '),
    );
    return { text: text.join('\n'), json: { trustPolicies } };
  },

  async 'trust add'(ctx, options) {
    const projectId = required(options, 'project');
    const policy = await readPolicy(required(options, 'policy'));
    const { trustPolicyId } = await createTrustPolicy({ ctx, input: { projectId, policy } });
    return { text: `Trusted from now on: ${trustPolicyId}`, json: { trustPolicyId } };
  },

  async 'trust replace'(ctx, options) {
    const trustPolicyId = required(options, 'trust');
    const policy = await readPolicy(required(options, 'policy'));
    const json = await replaceTrustPolicy({ ctx, input: { trustPolicyId, policy } });
    return { text: 'Replaced; what was made under the policy before is revoked.', json };
  },

  async 'trust revoke'(ctx, options) {
    const trustPolicyId = required(options, 'trust');
    await revokeTrustPolicy({ ctx, input: { trustPolicyId } });
    return { text: 'It trusts nobody any more; what was made under it is revoked.', json: { trustPolicyId } };
  },
};

/** The operator's word that the repository is the tenant's. @throws UsageError, DevicelaneError */
export async function approveProject(system: SystemContext, options: Options): Promise<Told> {
  const projectId = required(options, 'project');
  const route = routeOfId('project', projectId);
  const ctx = route && (await system.openTenant({ route }, { kind: 'operator' }));
  if (!ctx) throw notFound();
  await approveBinding({ ctx, system, input: { projectId } });
  return { text: 'Bound: CI of the repository is trusted as the project’s trust policies say.', json: { projectId } };
}

async function readPolicy(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new UsageError(`--policy: the file ${path} cannot be read.`);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`--policy: the file ${path} is not JSON.`);
  }
}
