/** A farm account's calls: how fast they may follow each other, among all processes, and when its jobs are looked at next. */
import { sql } from 'kysely';
import type { Context, Write } from '../context.ts';
import type { Tasks } from '../contract/tasks.ts';
import type { TenantTransaction } from '../db/port.ts';
import type { FarmLimits } from '../farms/port.ts';

type Rate = Pick<FarmLimits, 'callsPerSecond' | 'burst'>;

/** A task that should have come so long ago is lost. */
const LOST_AFTER_MS = 60_000;

/**
 * Takes up to so many calls from the account's bucket, by the generic cell rate algorithm: a burst, then its rate.
 * @returns how many may be made now, and where none may, in how many milliseconds
 */
export async function takeCalls(
  ctx: Context,
  connectionId: string,
  { callsPerSecond, burst }: Rate,
  wanted: number,
): Promise<{ granted: number; waitMs: number }> {
  const now = ctx.now();
  const everyMs = 1000 / callsPerSecond;
  return ctx.db.transaction().execute(async (tx) => {
    const account = await lockAccount(tx, connectionId, now);
    const pausedMs = account.paused_until ? account.paused_until.getTime() - now.getTime() : 0;
    if (pausedMs > 0) return { granted: 0, waitMs: pausedMs };
    const from = Math.max(account.full_at.getTime(), now.getTime());
    const room = Math.floor((now.getTime() + burst * everyMs - from) / everyMs + 1e-6);
    const granted = Math.max(0, Math.min(wanted, room));
    if (granted === 0) return { granted, waitMs: Math.ceil(from - now.getTime() - (burst - 1) * everyMs) };
    await tx
      .updateTable('farm_accounts')
      .set({ full_at: new Date(from + granted * everyMs) })
      .where('connection_id', '=', connectionId)
      .execute();
    return { granted, waitMs: 0 };
  });
}

async function lockAccount(tx: TenantTransaction, connectionId: string, now: Date) {
  await tx
    .insertInto('farm_accounts')
    .values({ connection_id: connectionId, full_at: now, paused_until: null, poll_at: null, admit_at: null })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  return tx
    .selectFrom('farm_accounts')
    .select(['full_at', 'paused_until'])
    .where('connection_id', '=', connectionId)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

/** The farm asks for patience: no call of this account is due before. */
export async function pauseAccount(ctx: Context, connectionId: string, forMs: number): Promise<void> {
  const until = new Date(ctx.now().getTime() + forMs);
  await ctx.db
    .updateTable('farm_accounts')
    .set({ paused_until: sql`greatest(paused_until, ${until}::timestamptz)` })
    .where('connection_id', '=', connectionId)
    .execute();
}

const TASK = { poll_at: 'runs.poll-account', admit_at: 'runs.admit' } as const;

export type AccountTask = Tasks[(typeof TASK)[keyof typeof TASK]];

/** Has the account's jobs looked at, or new ones admitted, at this time at the latest: one task stands for all who ask. */
export async function wantAccount(
  ctx: Context,
  { tx, enqueue }: Write,
  what: keyof typeof TASK,
  connectionId: string,
  at: Date,
): Promise<void> {
  const lost = new Date(ctx.now().getTime() - LOST_AFTER_MS);
  const rows = await tx
    .insertInto('farm_accounts')
    .values({
      connection_id: connectionId,
      full_at: ctx.now(),
      paused_until: null,
      poll_at: null,
      admit_at: null,
      [what]: at,
    })
    .onConflict((conflict) =>
      conflict
        .column('connection_id')
        .doUpdateSet({ [what]: at })
        .where((eb) =>
          eb.or([
            eb(`farm_accounts.${what}`, 'is', null),
            eb(`farm_accounts.${what}`, '>', at),
            eb(`farm_accounts.${what}`, '<', lost),
          ]),
        ),
    )
    .returning('connection_id')
    .execute();
  if (rows.length > 0) await enqueue(TASK[what], { connectionId, at: at.toISOString() }, { after: at });
}

/**
 * A task that was wanted for this time has come: whoever wants another from now on sends one.
 *
 * @returns false where another stands for all who ask, which was wanted since: this one has nothing to do
 */
export async function beginAccountTask(
  ctx: Context,
  what: keyof typeof TASK,
  { connectionId, at }: AccountTask,
): Promise<boolean> {
  const lost = new Date(ctx.now().getTime() - LOST_AFTER_MS);
  const { numUpdatedRows } = await ctx.db
    .updateTable('farm_accounts')
    .set({ [what]: null })
    .where('connection_id', '=', connectionId)
    // It comes again where the process was killed that had begun it.
    .where((eb) => eb.or([eb(what, 'is', null), eb(what, '=', new Date(at)), eb(what, '<', lost)]))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
