/** The branch that a CI job builds and the one that it is to be merged into, as keyed digests: proven by its token. */
import type { Context } from '../context.ts';
import type { Identity } from './identity.ts';

type Digests = { branch_digest: Buffer | null; base_branch_digest: Buffer | null };

/** Null where the job builds no branch. */
export async function branchDigests(
  ctx: Context,
  projectId: string,
  { branch, baseBranch }: Pick<Identity, 'branch' | 'baseBranch'>,
): Promise<Digests> {
  const digest = (name: string) => ctx.keys.digest('branch', JSON.stringify([projectId, name]));
  return {
    branch_digest: branch ? await digest(branch) : null,
    base_branch_digest: baseBranch ? await digest(baseBranch) : null,
  };
}
