/** Finds the artifacts that a run is to test: complete, unforgotten, and uploaded by the same CI job. */
import type { Actor, Context } from '../context.ts';
import type { StartRun } from '../contract/runs.ts';
import type { ArtifactKind } from '../contract/terms.ts';
import { DevicelaneError, notFound } from '../errors.ts';
import { findArtifact, isForgotten } from '../uploads/read.ts';

type RunFile = { kind: ArtifactKind; size: number };
export type RunArtifacts = { app: RunFile; tests: RunFile | null };

/** @throws DevicelaneError `not_found`, `conflict`, `invalid_request` */
export async function findRunArtifacts(
  ctx: Context,
  actor: Extract<Actor, { kind: 'capability' }>,
  asked: StartRun['artifacts'],
): Promise<RunArtifacts> {
  const files: { app: RunFile | null; tests: RunFile | null } = { app: null, tests: null };
  for (const { artifactId, role } of asked) {
    const row = await findArtifact(ctx, artifactId);
    const creator = await ctx.db
      .selectFrom('capabilities')
      .select(['ci_run_id', 'ci_attempt'])
      .where('id', '=', row.capability_id)
      .executeTakeFirst();
    const isOwn =
      row.capability_id === actor.id ||
      (actor.ci && creator?.ci_run_id === actor.ci.runId && creator.ci_attempt === actor.ci.attempt);
    if (row.project_id !== actor.projectId || !isOwn || isForgotten(ctx, row)) throw notFound();
    if (row.state !== 'complete' || !row.kind) {
      throw new DevicelaneError('conflict', 'This upload is not complete yet.', { field: 'artifacts' });
    }
    if (files[role])
      throw new DevicelaneError('invalid_request', `Name one artifact as ${role}.`, { field: 'artifacts' });
    files[role] = { kind: row.kind, size: row.size };
  }
  if (!files.app)
    throw new DevicelaneError('invalid_request', 'Name the artifact with the role app.', { field: 'artifacts' });
  return { app: files.app, tests: files.tests };
}
