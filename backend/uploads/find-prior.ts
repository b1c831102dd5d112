/** Finds the earlier artifact that an upload may be the difference to. */
import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { DELTA_LIMITS } from '../contract/delta/limits.ts';
import type { ArtifactRow } from './find-upload.ts';
import { mayReadEarlier, selectReadable } from './readable.ts';
import type { Wanted } from './wanted.ts';

export type Prior = {
  artifactId: string;
  /** The key of its blobs. */
  contentId: string;
  /** In bytes. */
  size: number;
  blobName: string;
  signatures: { blobName: string; size: number };
};

/**
 * The nearest earlier artifact of the same project, kind and name: of the same branch, else of the base branch, else of any.
 * Null when there is none, or the file is too small to be worth it.
 */
export async function findPrior(ctx: Context, wanted: Wanted): Promise<Prior | null> {
  if (!mayReadEarlier(ctx) || wanted.size < DELTA_LIMITS.smallestFile) return null;
  const isOf = (digest: Buffer | null) => sql<boolean>`coalesce(branch_digest = ${digest}, false)`;
  const row = await selectPriors(ctx, wanted.projectId)
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
  const row = await selectPriors(ctx, upload.project_id).where('artifacts.id', '=', upload.prior_id).executeTakeFirst();
  return row ? toPrior(row) : null;
}

function selectPriors(ctx: Context, projectId: string) {
  return selectReadable(ctx, projectId)
    .where('signatures_blob', 'is not', null)
    .select(['artifacts.id', 'content_id', 'contents.size', 'blob_name', 'signatures_blob', 'signatures_size']);
}

type Row = Awaited<ReturnType<ReturnType<typeof selectPriors>['executeTakeFirstOrThrow']>>;

function toPrior(row: Row): Prior {
  return {
    artifactId: row.id,
    contentId: row.content_id as string,
    size: row.size,
    blobName: row.blob_name,
    signatures: { blobName: row.signatures_blob as string, size: row.signatures_size as number },
  };
}
