/** Begins a new upload: its row stands before its first byte is stored. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { createArtifact } from './create-artifact.ts';
import type { Prior } from './find-prior.ts';
import { checkRoom } from './limits/check.ts';
import { spendBudget } from './spend-budget.ts';
import type { Uploader, Wanted } from './wanted.ts';

/** Returns the artifact's id. @throws DevicelaneError `quota_exceeded` */
export async function beginUpload(ctx: Context, actor: Uploader, wanted: Wanted, prior: Prior | null): Promise<string> {
  const id = await createArtifact(ctx, actor, wanted, { metadata: null }, async ({ tx }, row) => {
    await spendBudget(ctx, tx, actor, wanted.size);
    await checkRoom(ctx, tx, wanted);
    await tx
      .insertInto('artifacts')
      .values({ ...row, prior_id: prior?.artifactId ?? null })
      .execute();
    await appendAudit(ctx, tx, { code: 'artifact.opened', object: row.id, detail: { size: wanted.size } });
    return true;
  });
  return id as string;
}
