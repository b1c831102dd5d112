/** Reads and changes requests to run a fork's files. */
import type { Selectable } from 'kysely';
import type { Context, Write } from '../context.ts';
import type { ForkManifest } from '../contract/fork-manifest.ts';
import type { TenantTables } from '../db/tenant-tables.ts';

export type ForkRow = Selectable<TenantTables['fork_requests']>;

/** What the fork's author, GitHub and who decided wrote; sealed with the request's own key. */
export type ForkWords = {
  /** Of the check. */
  name: string;
  title: string;
  branch: string;
  baseBranch: string;
  /** Login of who decided. */
  decidedBy?: string;
  /** Once the files were fetched. */
  manifest?: ForkManifest;
  artifacts?: { artifactId: string; role: 'app' | 'tests' }[];
  /** Why it was refused: one sentence. */
  reason?: string;
};

export type ForkRequest = ForkRow & { words: ForkWords };

const CONTEXT = 'fork_requests.sealed_request';

export const sealForkWords = (ctx: Context, requestId: string, words: ForkWords): Promise<Buffer> =>
  ctx.keys.seal(requestId, CONTEXT, JSON.stringify(words));

/** @throws when there is none */
export async function readForkRequest(ctx: Context, requestId: string): Promise<ForkRequest> {
  const row = await ctx.db
    .selectFrom('fork_requests')
    .selectAll()
    .where('id', '=', requestId)
    .executeTakeFirstOrThrow();
  const words = JSON.parse((await ctx.keys.open(row.id, CONTEXT, row.sealed_request)).toString('utf8')) as ForkWords;
  return { ...row, words };
}

type Patch = Partial<
  Pick<ForkRow, 'decided_by' | 'decided_at' | 'capability_id' | 'run_id' | 'minutes' | 'started_at'>
> & { words?: Partial<ForkWords> };

/** Moves it on if it still stands where the caller saw it. @returns false where it does not */
export async function moveForkRequest(
  ctx: Context,
  { tx }: Write,
  request: ForkRequest,
  state: ForkRow['state'],
  { words, ...patch }: Patch = {},
): Promise<boolean> {
  const sealed = words && (await sealForkWords(ctx, request.id, { ...request.words, ...words }));
  const moved = await tx
    .updateTable('fork_requests')
    .set({ ...patch, state, ...(sealed && { sealed_request: sealed }) })
    .where('id', '=', request.id)
    .where('state', '=', request.state)
    .executeTakeFirst();
  return moved.numUpdatedRows === 1n;
}

/** Has the check that shows the request posted again. */
export async function wantForkCheck({ tx, enqueue }: Write, requestId: string): Promise<void> {
  const check = await tx
    .updateTable('checks')
    .set((eb) => ({ wanted: eb('wanted', '+', 1) }))
    .where('fork_request_id', '=', requestId)
    .where('run_id', 'is', null)
    .returning('id')
    .executeTakeFirst();
  if (check) await enqueue('reports.post-check', { checkId: check.id });
}
