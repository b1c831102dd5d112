/** Goes on with an upload of the same file that was broken off: by this CI job, or by an earlier attempt of its run. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { TenantDb, TenantTransaction } from '../db/port.ts';
import { DAY_MS } from '../retention/categories.ts';
import { dropParts } from './arrived-parts.ts';
import { openDescription } from './description.ts';
import type { Prior } from './find-prior.ts';
import { spendBudget } from './spend-budget.ts';
import type { Uploader, Wanted } from './wanted.ts';

/** Within one attempt another job may be at the same file right now: only what was silent for so long is broken off. */
const SILENT_MS = 2 * 60_000;
/** Older ones are left to the sweep, which would take them in the middle. */
const MAX_AGE_MS = DAY_MS / 2;

export type Resumed = { artifactId: string /** Parts of the file that are there. */; arrived: number };

/**
 * The upload is this capability's from then on. Parts of the file stay; those of a difference are dropped.
 *
 * @param prior what a difference may be made to, where no part of the file is there
 * @returns null when there is none to go on with
 * @throws DevicelaneError `quota_exceeded`: another attempt pays for it as for a new one
 */
export async function resumeUpload(
  ctx: Context,
  actor: Uploader,
  wanted: Wanted,
  prior: Prior | null,
): Promise<Resumed | null> {
  const rows = await selectUnfinished(ctx, ctx.db, actor)
    .select(['artifacts.id', 'artifacts.sealed_description'])
    .where('artifacts.sha256', '=', wanted.sha256)
    .where('artifacts.size', '=', wanted.size)
    .where('artifacts.name_digest', '=', wanted.nameDigest)
    .where('artifacts.kind', 'is not distinct from', wanted.kind)
    .orderBy('artifacts.created_at', 'desc')
    .execute();
  for (const row of rows) {
    // The digest leaves a name's numbers out.
    const { name } = await openDescription(ctx, row.id, row.sealed_description!);
    const resumed = name === wanted.name ? await adopt(ctx, actor, row.id, wanted, prior) : null;
    if (resumed) return resumed;
  }
  return null;
}

function adopt(
  ctx: Context,
  actor: Uploader,
  artifactId: string,
  wanted: Wanted,
  prior: Prior | null,
): Promise<Resumed | null> {
  return ctx.write(async (write) => {
    const { tx } = write;
    const upload = await selectUnfinished(ctx, tx, actor)
      .select(['creator.id', 'creator.ci_attempt'])
      .where('artifacts.id', '=', artifactId)
      .forUpdate('artifacts')
      .executeTakeFirst();
    if (!upload) return null;
    const isPaid = upload.id === actor.id || upload.ci_attempt === actor.ci?.attempt;
    if (!isPaid) await spendBudget(ctx, tx, actor, wanted.size);
    await dropParts(ctx, write, artifactId, 'difference');
    const { arrived } = await tx
      .selectFrom('upload_parts')
      .select((eb) => eb.fn.countAll<number>().as('arrived'))
      .where('artifact_id', '=', artifactId)
      .executeTakeFirstOrThrow();
    await tx
      .updateTable('artifacts')
      .set({
        capability_id: actor.id,
        opened_at: ctx.now(),
        branch_digest: wanted.branchDigest,
        prior_id: arrived === 0 ? (prior?.artifactId ?? null) : null,
      })
      .where('id', '=', artifactId)
      .execute();
    await appendAudit(ctx, tx, { code: 'artifact.resumed', object: artifactId, detail: { arrived } });
    return { artifactId, arrived };
  });
}

/** With who opened them last: this capability, an earlier attempt of its CI run, or another job of its attempt, silent since. */
function selectUnfinished(ctx: Context, db: TenantDb | TenantTransaction, actor: Uploader) {
  const before = (milliseconds: number): Date => new Date(ctx.now().getTime() - milliseconds);
  return db
    .selectFrom('artifacts')
    .innerJoin('capabilities as creator', 'creator.id', 'artifacts.capability_id')
    .where('artifacts.project_id', '=', actor.projectId)
    .where('artifacts.state', '=', 'uploading')
    .where('artifacts.created_at', '>', before(MAX_AGE_MS))
    .where(({ eb, or, and, not, exists, selectFrom }) => {
      if (!actor.ci) return eb('creator.id', '=', actor.id);
      const parts = selectFrom('upload_parts').select('number').whereRef('artifact_id', '=', 'artifacts.id');
      const isBrokenOff = and([
        eb('artifacts.opened_at', '<', before(SILENT_MS)),
        not(exists(parts.where('received_at', '>=', before(SILENT_MS)))),
        // Only a part of the file is worth it.
        exists(parts.where('of_difference', '=', false)),
        not(exists(parts.where('of_difference', '=', true))),
      ]);
      return or([
        eb('creator.id', '=', actor.id),
        and([
          eb('creator.ci_run_id', '=', actor.ci.runId),
          or([
            eb('creator.ci_attempt', '<', actor.ci.attempt),
            and([eb('creator.ci_attempt', '=', actor.ci.attempt), isBrokenOff]),
          ]),
        ]),
      ]);
    });
}
