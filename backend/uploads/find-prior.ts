/** Finds the earlier artifact that an upload may be the difference to. */
import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { DELTA_LIMITS } from '../contract/delta/limits.ts';
import type { ArtifactKind } from '../contract/terms.ts';
import type { ArtifactRow } from './find-upload.ts';

export type Prior = {
  id: string;
  /** In bytes. */
  size: number;
  blobName: string;
  signatures: { blobName: string; size: number };
};

type Wanted = {
  projectId: string;
  /** Null: the content decides later what it is. */
  kind: ArtifactKind | null;
  size: number;
  nameDigest: Buffer;
  branchDigest: Buffer | null;
  baseBranchDigest: Buffer | null;
};

/**
 * The nearest earlier artifact of the same project, kind and name: of the same branch, else of the base branch, else of any.
 * Null when there is none, or the file is too small to be worth it.
 */
export async function findPrior(ctx: Context, wanted: Wanted): Promise<Prior | null> {
  const { actor } = ctx;
  const mayRead = actor.kind === 'capability' && actor.operations.includes('artifact:read');
  if (!mayRead || wanted.size < DELTA_LIMITS.smallestFile) return null;
  const isOf = (digest: Buffer | null) => sql<boolean>`coalesce(branch_digest = ${digest}, false)`;
  const row = await selectPriors(ctx)
    .where('project_id', '=', wanted.projectId)
    .where('name_digest', '=', wanted.nameDigest)
    .$if(wanted.kind !== null, (query) => query.where('kind', '=', wanted.kind))
    .orderBy(isOf(wanted.branchDigest), 'desc')
    .orderBy(isOf(wanted.baseBranchDigest), 'desc')
    .orderBy('completed_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ? toPrior(row) : null;
}

/** The prior that an upload was offered; null when it was forgotten since. */
export async function readPriorOf(ctx: Context, upload: ArtifactRow): Promise<Prior | null> {
  if (upload.prior_id === null) return null;
  const row = await selectPriors(ctx)
    .where('project_id', '=', upload.project_id)
    .where('id', '=', upload.prior_id)
    .executeTakeFirst();
  return row ? toPrior(row) : null;
}

function selectPriors(ctx: Context) {
  return ctx.db
    .selectFrom('artifacts')
    .select(['id', 'size', 'blob_name', 'signatures_blob', 'signatures_size'])
    .where('state', '=', 'complete')
    .where('signatures_blob', 'is not', null)
    .where('from_fork', '=', false)
    .where('expires_at', '>', ctx.now());
}

type Row = Pick<ArtifactRow, 'id' | 'size' | 'blob_name' | 'signatures_blob' | 'signatures_size'>;

function toPrior(row: Row): Prior {
  return {
    id: row.id,
    size: row.size,
    blobName: row.blob_name as string,
    signatures: { blobName: row.signatures_blob as string, size: row.signatures_size as number },
  };
}
