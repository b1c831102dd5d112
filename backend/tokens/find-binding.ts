/** Which project a code host's repository is bound to, by numbers. */
import type { SystemContext } from '../context.ts';

export type Binding = { tenant_id: string; project_id: string; owner_id: string };

export function findBinding(system: SystemContext, issuer: string, repositoryId: string): Promise<Binding | undefined> {
  return system.control
    .selectFrom('repository_bindings')
    .select(['tenant_id', 'project_id', 'owner_id'])
    .where('issuer', '=', issuer)
    .where('repository_id', '=', repositoryId)
    .executeTakeFirst();
}
