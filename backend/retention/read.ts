/** Reads a tenant's retention rules. */
import type { TenantDb, TenantTransaction } from '../db/port.ts';
import { type DataCategory, DEFAULT_DAYS } from './categories.ts';

/** Days that a category is kept. */
export async function retentionDays(db: TenantDb | TenantTransaction, category: DataCategory): Promise<number> {
  const rule = await db
    .selectFrom('retention_rules')
    .select('days')
    .where('category', '=', category)
    .executeTakeFirst();
  return rule?.days ?? DEFAULT_DAYS[category];
}
