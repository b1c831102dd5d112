/** Finds a person by address, for the operator. */
import type { Context, SystemContext } from '../context.ts';
import { listTenants } from '../tenants/create.ts';
import { requireOperation } from '../tokens/permissions.ts';

/** The person and a context in their tenant; null when nobody is known by this address. */
export async function findPerson(
  system: SystemContext,
  email: string,
): Promise<{ ctx: Context; personId: string } | null> {
  for (const tenant of await listTenants(system.control)) {
    const ctx = await system.openTenant({ id: tenant.id }, { kind: 'operator' });
    if (!ctx) continue;
    requireOperation(ctx, 'admin');
    const person = await ctx.db
      .selectFrom('people')
      .select('id')
      .where('email_digest', '=', await ctx.keys.digest('email', email.trim().toLowerCase()))
      .where('disabled_at', 'is', null)
      .executeTakeFirst();
    if (person) return { ctx, personId: person.id };
  }
  return null;
}
