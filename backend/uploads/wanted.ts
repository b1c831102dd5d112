/** What is to be uploaded, and by what it is found again. */
import type { Actor, Context } from '../context.ts';
import type { OpenUpload } from '../contract/artifacts.ts';
import type { ArtifactKind } from '../contract/terms.ts';
import { nameDigest } from './name-digest.ts';

export type Uploader = Extract<Actor, { kind: 'capability' }>;

export type Wanted = {
  projectId: string;
  name: string;
  /** Null: the content decides later what it is. */
  kind: ArtifactKind | null;
  /** In bytes. */
  size: number;
  sha256: Buffer;
  nameDigest: Buffer;
  branchDigest: Buffer | null;
  baseBranchDigest: Buffer | null;
};

export async function readWanted(ctx: Context, { id, projectId }: Uploader, input: OpenUpload): Promise<Wanted> {
  const branches = await ctx.db
    .selectFrom('capabilities')
    .select(['branch_digest', 'base_branch_digest'])
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  return {
    projectId,
    name: input.name,
    kind: input.kind ?? null,
    size: input.size,
    sha256: Buffer.from(input.sha256, 'hex'),
    nameDigest: await nameDigest(ctx, projectId, input.name),
    branchDigest: branches.branch_digest,
    baseBranchDigest: branches.base_branch_digest,
  };
}
