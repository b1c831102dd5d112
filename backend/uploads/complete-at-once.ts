/** Completes an upload as it is opened, where the project has these very bytes: they are not sent again. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { ArtifactKind } from '../contract/terms.ts';
import { KeyDestroyed } from '../keys/port.ts';
import { createArtifact } from './create-artifact.ts';
import { type Facts, openDescription } from './description.ts';
import { mayReadEarlier, selectReadable } from './readable.ts';
import { spendBudget } from './spend-budget.ts';
import type { Uploader, Wanted } from './wanted.ts';

/**
 * Returns the artifact's id: another one with the same bytes, forgotten for itself. A CI job may not read an artifact's
 * content, so that who knows a digest gets no file for it.
 *
 * @returns null when the bytes are not there, or not for this job
 * @throws DevicelaneError `quota_exceeded` when the job's artifacts are used up; of its bytes none is spent
 */
export async function completeAtOnce(ctx: Context, actor: Uploader, wanted: Wanted): Promise<string | null> {
  const equal = await findEqual(ctx, wanted);
  if (!equal) return null;
  const facts = await readFactsOf(ctx, equal);
  if (facts === null) return null;
  return createArtifact(ctx, actor, wanted, facts, async (write, row) => {
    const { tx } = write;
    // Held to the end: whoever forgets the last artifact of these bytes waits, or was there first.
    const content = await tx
      .selectFrom('contents')
      .select('id')
      .where('id', '=', equal.content_id)
      .forShare()
      .executeTakeFirst();
    if (!content) return false;
    await spendBudget(ctx, tx, actor, 0);
    const kind = equal.kind as ArtifactKind;
    await tx
      .insertInto('artifacts')
      .values({ ...row, state: 'complete', kind, content_id: content.id, completed_at: row.created_at })
      .execute();
    await write.enqueue('uploads.check-provenance', { artifactId: row.id as string });
    const detail = { size: wanted.size, kind, sent: 0 };
    await appendAudit(ctx, tx, { code: 'artifact.completed', object: row.id, detail });
    return true;
  });
}

/** Null when the artifact was forgotten since it was found. */
async function readFactsOf(
  ctx: Context,
  equal: { id: string; sealed_description: Buffer | null },
): Promise<Facts | null> {
  try {
    const { name, ...facts } = await openDescription(ctx, equal.id, equal.sealed_description!);
    return facts;
  } catch (error) {
    if (error instanceof KeyDestroyed) return null;
    throw error;
  }
}

/** The newest readable artifact of these bytes whose kind would be this one's too. */
async function findEqual(ctx: Context, wanted: Wanted) {
  if (!mayReadEarlier(ctx)) return undefined;
  const query = selectReadable(ctx, wanted.projectId)
    .select(['artifacts.id', 'artifacts.kind', 'artifacts.content_id', 'artifacts.sealed_description'])
    .where('contents.sha256', '=', wanted.sha256)
    .where('contents.size', '=', wanted.size);
  // An APK that tests itself is a test APK only where it is announced as one.
  const ofKind =
    wanted.kind === null
      ? query.where('artifacts.kind', '<>', 'test_apk')
      : query.where('artifacts.kind', '=', wanted.kind);
  return ofKind.orderBy('artifacts.completed_at', 'desc').limit(1).executeTakeFirst();
}
