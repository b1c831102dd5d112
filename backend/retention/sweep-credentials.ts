/**
 * Forgets credentials that have long ended: their hashes, and who held them. The audit log keeps that they were given. With
 * them go events of the code host whose task was given up, and what was counted of days that no limit asks for any more.
 */
import type { Context } from '../context.ts';
import { DAY_MS } from './categories.ts';

/** An upload's and a run's owner is known by the capability, so it stays as long as either may go on. */
const CAPABILITY_DAYS = 30;

/** @returns how many were forgotten */
export async function sweepCredentials(ctx: Context): Promise<number> {
  const before = (days: number): Date => new Date(ctx.now().getTime() - days * DAY_MS);
  const lastDay = Math.floor(before(7).getTime() / DAY_MS);
  await ctx.db.deleteFrom('received_bytes').where('day', '<', lastDay).execute();
  const gone = [
    await ctx.db.deleteFrom('sign_in_links').where('expires_at', '<', before(1)).executeTakeFirst(),
    await ctx.db.deleteFrom('sessions').where('expires_at', '<', before(1)).executeTakeFirst(),
    await ctx.db.deleteFrom('capabilities').where('expires_at', '<', before(CAPABILITY_DAYS)).executeTakeFirst(),
    await ctx.db.deleteFrom('hook_events').where('received_at', '<', before(7)).executeTakeFirst(),
  ];
  return gone.reduce((sum, { numDeletedRows }) => sum + Number(numDeletedRows), 0);
}
