/** The branch that a CI job builds and the one that it is to be merged into, as keyed digests: proven by its token. */
import type { Context } from '../context.ts';
import type { GithubClaims } from './github-claims.ts';

const BRANCH = 'refs/heads/';

type Digests = { branch_digest: Buffer | null; base_branch_digest: Buffer | null };

/** Null where the job builds no branch: a tag, or a merge queue's ref. */
export async function branchDigests(
  ctx: Context,
  projectId: string,
  { ref, head_ref: head, base_ref: base }: Pick<GithubClaims, 'ref' | 'head_ref' | 'base_ref'>,
): Promise<Digests> {
  const digest = (branch: string) => ctx.keys.digest('branch', JSON.stringify([projectId, branch]));
  const branch = head || (ref.startsWith(BRANCH) ? ref.slice(BRANCH.length) : null);
  return {
    branch_digest: branch ? await digest(branch) : null,
    base_branch_digest: base ? await digest(base) : null,
  };
}
