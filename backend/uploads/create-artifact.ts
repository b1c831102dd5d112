/** Makes an artifact: its key and description first, then its row, in a transaction that may still say no. */
import type { Insertable } from 'kysely';
import type { Context, Write } from '../context.ts';
import { newId } from '../contract/ids.ts';
import type { TenantTables } from '../db/tenant-tables.ts';
import { DAY_MS } from '../retention/categories.ts';
import { retentionDays } from '../retention/read.ts';
import { deleteUnlessKept, discard, keep } from '../retention/unless-kept.ts';
import { type Facts, sealDescription } from './description.ts';
import type { Uploader, Wanted } from './wanted.ts';

type NewRow = Insertable<TenantTables['artifacts']>;

/**
 * Returns its id. Nothing stays of it when `insert` throws or answers false.
 *
 * @param insert adds the row, as it is or changed
 * @returns null when `insert` answers false
 */
export async function createArtifact(
  ctx: Context,
  actor: Uploader,
  wanted: Wanted,
  facts: Facts,
  insert: (write: Write, row: NewRow) => Promise<boolean>,
): Promise<string | null> {
  const id = newId('artifact', ctx.tenant.route);
  const days = await retentionDays(ctx.db, 'artifacts');
  const wish = `none-${id}`;
  await deleteUnlessKept(ctx, wish, id);
  try {
    await ctx.keys.createDataKey(id);
    const description = await sealDescription(ctx, id, { name: wanted.name, ...facts });
    const isMade = await ctx.write(async (write) => {
      const now = ctx.now();
      const isMeant = await insert(write, {
        id,
        project_id: wanted.projectId,
        capability_id: actor.id,
        state: 'uploading',
        kind: wanted.kind,
        size: wanted.size,
        sha256: wanted.sha256,
        sealed_description: description,
        content_id: null,
        name_digest: wanted.nameDigest,
        branch_digest: wanted.branchDigest,
        prior_id: null,
        created_at: now,
        opened_at: now,
        completed_at: null,
        expires_at: new Date(now.getTime() + days * DAY_MS),
      });
      if (isMeant) await keep(write.tx, wish);
      return isMeant;
    });
    if (isMade) return id;
  } catch (error) {
    await discard(ctx, wish);
    throw error;
  }
  await discard(ctx, wish);
  return null;
}
