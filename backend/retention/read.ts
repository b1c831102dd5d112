/** Reads a tenant's retention rules. */
import type { Context } from '../context.ts';
import { DATA_CATEGORIES, type DataCategory, type RetentionRules } from '../contract/retention.ts';
import type { TenantDb, TenantTransaction } from '../db/port.ts';
import { requireOperation } from '../tokens/permissions.ts';
import { DEFAULT_DAYS } from './categories.ts';

/** Days that a category is kept. */
export async function retentionDays(db: TenantDb | TenantTransaction, category: DataCategory): Promise<number> {
  const rule = await db
    .selectFrom('retention_rules')
    .select('days')
    .where('category', '=', category)
    .executeTakeFirst();
  return rule?.days ?? DEFAULT_DAYS[category];
}

/** Every category's days, for an admin. */
export async function readRetention({ ctx }: { ctx: Context }): Promise<RetentionRules> {
  requireOperation(ctx, 'admin');
  const days = await Promise.all(
    DATA_CATEGORIES.map(async (category) => [category, await retentionDays(ctx.db, category)]),
  );
  return Object.fromEntries(days) as RetentionRules;
}
