/** Adds a person to a tenant. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { newId } from '../contract/ids.ts';
import { DevicelaneError } from '../errors.ts';
import { requireOperation } from '../tokens/permissions.ts';

type Input = { email: string; role: 'admin' | 'member' };

/** Someone known by this address is left as they are. @throws DevicelaneError `invalid_request` */
export async function addPerson({ ctx, input }: { ctx: Context; input: Input }): Promise<{ personId: string }> {
  requireOperation(ctx, 'admin');
  const email = input.email.trim().toLowerCase();
  if (!/^[^\s@]{1,64}@[^\s@]{1,190}$/.test(email)) {
    throw new DevicelaneError('invalid_request', 'That is not an e-mail address.', { field: 'email' });
  }
  const digest = await ctx.keys.digest('email', email);
  const known = await ctx.db.selectFrom('people').select('id').where('email_digest', '=', digest).executeTakeFirst();
  if (known) return { personId: known.id };
  const personId = newId('person', ctx.tenant.route);
  await ctx.keys.createDataKey(personId);
  const sealed = await ctx.keys.seal(personId, 'people.sealed_email', email);
  await ctx.write(async ({ tx }) => {
    await tx
      .insertInto('people')
      .values({ id: personId, email_digest: digest, sealed_email: sealed, role: input.role, disabled_at: null })
      .execute();
    await appendAudit(ctx, tx, { code: 'person.added', object: personId, detail: { role: input.role } });
  });
  return { personId };
}
