/**
 * A farm's word that something has happened to a job: it is looked at now, and what the farm then answers is what counts.
 *
 * Farms sign nothing, so the address that they are given is signed: it lets its holder have one job looked at, no more.
 */
import { timingSafeEqual } from 'node:crypto';
import { appendControlAudit } from '../audit/append-control.ts';
import type { Context, SystemContext } from '../context.ts';
import { routeOfId } from '../contract/ids.ts';
import { DevicelaneError } from '../errors.ts';
import { wantAccount } from './account.ts';
import { type JobRow, OBSERVED } from './change.ts';

type Named = { connectionId: string; jobId: string };

/** Where a farm sends its word of a job. */
export async function nudgeAddress(ctx: Context, job: Pick<JobRow, 'id' | 'connection_id'>): Promise<string> {
  const signature = await sign(ctx, { connectionId: job.connection_id, jobId: job.id });
  const address = new URL(`/hooks/farms/${job.connection_id}`, ctx.publicUrl);
  address.search = new URLSearchParams({ job: job.id, signature: signature.toString('base64url') }).toString();
  return address.href;
}

const sign = (ctx: Context, { connectionId, jobId }: Named): Promise<Buffer> =>
  ctx.keys.digest('farm-nudge', `${connectionId}|${jobId}`);

/** @throws DevicelaneError `unauthenticated`, the same for a wrong signature and for a job that is none */
export async function hearFarm({
  system,
  input,
}: {
  system: SystemContext;
  input: Named & { signature: string };
}): Promise<void> {
  const route = routeOfId('connection', input.connectionId);
  const ctx = route === null ? null : await system.openTenant({ route }, { kind: 'worker' });
  const given = Buffer.from(input.signature, 'base64url');
  const wanted = ctx && (await sign(ctx, input));
  if (!ctx || !wanted || given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
    await appendControlAudit(system, { code: 'hook.refused', outcome: 'denied', detail: { host: 'farm' } });
    throw new DevicelaneError('unauthenticated', 'The address of this event was not given out by this server.', {
      field: 'signature',
    });
  }
  const now = ctx.now();
  await ctx.write(async (write) => {
    const { numUpdatedRows } = await write.tx
      .updateTable('jobs')
      .set({ next_poll_at: now })
      .where('id', '=', input.jobId)
      .where('connection_id', '=', input.connectionId)
      .where('state', 'in', OBSERVED)
      .where('next_poll_at', '>', now)
      .executeTakeFirst();
    if (numUpdatedRows > 0n) await wantAccount(ctx, write, 'poll_at', input.connectionId, now);
  });
}
