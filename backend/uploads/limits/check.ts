/** Refuses an upload that a limit of its project or tenant forbids, before its first byte is sent. */
import { sql } from 'kysely';
import type { Context } from '../../context.ts';
import type { Limits } from '../../contract/limits.ts';
import type { TenantTransaction } from '../../db/port.ts';
import { DevicelaneError } from '../../errors.ts';
import { DAY_MS } from '../../retention/categories.ts';
import { limitsOf } from '../../tenants/read-limits.ts';
import { dayOf } from './day.ts';

import { readUsage, type Usage } from './usage.ts';

/** Seconds after which another upload may have made room. */
const RETRY_OPEN_SECONDS = 15;

type Wanted = { projectId: string /** In bytes. */; size: number };
type Scope = 'project' | 'tenant';

/** @throws DevicelaneError `too_large` */
export async function checkSize(ctx: Context, { projectId, size }: Wanted): Promise<void> {
  const limits = await limitsOf(ctx.db, projectId);
  for (const scope of ['project', 'tenant'] as const) {
    const { artifactSize } = limits[scope];
    if (size <= artifactSize) continue;
    throw new DevicelaneError(
      'too_large',
      `The file has ${size} bytes, and an artifact of this ${scope} may have ${artifactSize}; an admin can set its limit artifactSize.`,
      { field: 'size' },
    );
  }
}

/**
 * In the transaction that opens the upload. Opens of a tenant go one after the other from here to their commit, so that each
 * sees what those before it have taken.
 *
 * @throws DevicelaneError `quota_exceeded`
 */
export async function checkRoom(ctx: Context, tx: TenantTransaction, wanted: Wanted): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended('uploads.limits', 0))`.execute(tx);
  const limits = await limitsOf(tx, wanted.projectId);
  const usage = await readUsage(ctx, tx, wanted.projectId);
  for (const scope of ['project', 'tenant'] as const) {
    checkOpen(limits[scope], usage[scope], scope);
    checkBytes(ctx, limits[scope], usage[scope], scope, wanted.size);
  }
}

function checkOpen({ openUploads }: Limits, { open, oldest }: Usage, scope: Scope): void {
  if (open < openUploads) return;
  const givenUp = new Date((oldest?.getTime() ?? 0) + DAY_MS).toISOString();
  throw new DevicelaneError(
    'quota_exceeded',
    `${open} uploads of this ${scope} are open, and ${openUploads} may be: try again when one is complete, at the latest when the oldest is given up, at ${givenUp}.`,
    { field: 'openUploads', retryAfterSeconds: RETRY_OPEN_SECONDS },
  );
}

function checkBytes(ctx: Context, { bytesPerDay }: Limits, usage: Usage, scope: Scope, size: number): void {
  const used = usage.received + usage.announced;
  if (used + size <= bytesPerDay) return;
  const now = ctx.now().getTime();
  const midnight = (dayOf(ctx.now()) + 1) * DAY_MS;
  const then =
    size <= bytesPerDay
      ? `try again after ${new Date(midnight).toISOString()}.`
      : 'this file alone is more; an admin can set the limit bytesPerDay.';
  throw new DevicelaneError(
    'quota_exceeded',
    `This ${scope} may receive ${bytesPerDay} bytes a day, ${used} have come today or are announced, and this file has ${size}: ${then}`,
    { field: 'size', retryAfterSeconds: Math.ceil((midnight - now) / 1000) },
  );
}
