/** Reads people. */
import type { Context } from '../context.ts';

/** A person's own address. */
export async function openPersonEmail(ctx: Context, personId: string): Promise<string> {
  const row = await ctx.db
    .selectFrom('people')
    .select('sealed_email')
    .where('id', '=', personId)
    .executeTakeFirstOrThrow();
  return (await ctx.keys.open(personId, 'people.sealed_email', row.sealed_email)).toString('utf8');
}
