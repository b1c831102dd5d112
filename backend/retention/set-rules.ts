/**
 * Sets how long data categories are kept. It holds for what is there too: a shorter time takes what it makes overdue in a
 * day at the earliest, so that a slip can be undone; a longer one brings nothing back.
 */
import { type RawBuilder, sql } from 'kysely';
import { appendAudit } from '../audit/append.ts';
import type { Context, Write } from '../context.ts';
import type { DataCategory, RetentionChange, RetentionRules } from '../contract/retention.ts';
import { requireOperation } from '../tokens/permissions.ts';
import { DAY_MS } from './categories.ts';
import { readRetention } from './read.ts';

const GRACE_MS = DAY_MS;

/** @returns all rules, as they are now */
export async function setRetention({ ctx, input }: { ctx: Context; input: RetentionChange }): Promise<RetentionRules> {
  requireOperation(ctx, 'admin');
  await ctx.write(async (write) => {
    for (const [category, days] of Object.entries(input) as [DataCategory, number | undefined][]) {
      if (days === undefined) continue;
      await write.tx
        .insertInto('retention_rules')
        .values({ category, days })
        .onConflict((conflict) => conflict.column('category').doUpdateSet({ days }))
        .execute();
      await applyToPresent(ctx, write, category, days);
      await appendAudit(ctx, write.tx, { code: 'retention.changed', object: null, detail: { category, days } });
    }
  });
  return readRetention({ ctx });
}

async function applyToPresent(ctx: Context, { tx }: Write, category: DataCategory, days: number): Promise<void> {
  const now = ctx.now();
  const kept = sql`make_interval(days => ${days})`;
  const grace = new Date(now.getTime() + GRACE_MS);
  /** Its own time counted from `since`; where that is sooner than now planned, not before the grace is over. */
  const expiry = (since: RawBuilder<Date>): RawBuilder<Date> =>
    sql<Date>`greatest(${since} + ${kept}, least(expires_at, ${grace}::timestamptz))`;
  if (category === 'artifacts') {
    await tx
      .updateTable('artifacts')
      .set({ expires_at: expiry(sql<Date>`created_at`) })
      .where('state', '<>', 'forgotten')
      .where('expires_at', '>', now)
      .execute();
    return;
  }
  const since = (table: 'job_documents' | 'evidence') =>
    sql<Date>`(select finished_at from jobs where jobs.id = ${sql.ref(`${table}.job_id`)})`;
  if (category === 'results') {
    const change = tx.updateTable('job_documents').set({ expires_at: expiry(since('job_documents')) });
    await change.where('expires_at', '>', now).execute();
    return;
  }
  const change = tx.updateTable('evidence').set({ expires_at: expiry(since('evidence')) });
  await change.where('category', '=', category).where('expires_at', '>', now).execute();
}
