/** Sessions of people: an opaque secret in a cookie, kept as a hash, ended by idleness, age, or sign-out. */
import { appendAudit } from '../audit/append.ts';
import type { Context, SystemContext } from '../context.ts';
import { randomBase62 } from '../contract/base62.ts';
import { ROUTE_LENGTH } from '../contract/ids.ts';
import { DevicelaneError, notFound } from '../errors.ts';
import { hashCode } from './sign-in-link.ts';

const IDLE_MS = 30 * 60_000;
const ABSOLUTE_MS = 12 * 60 * 60_000;
/** How often a session's last use is written down. */
const TOUCH_MS = 60_000;

const routeOf = (secret: string): string => secret.slice(0, ROUTE_LENGTH);

/**
 * Uses a one-time link.
 * @throws DevicelaneError `not_found` for an unknown, used or expired one alike
 */
export async function signIn({
  system,
  input,
}: {
  system: SystemContext;
  input: { code: string };
}): Promise<{ secret: string; target: string; maxAgeSeconds: number }> {
  const ctx = await system.openTenant({ route: routeOf(input.code) }, { kind: 'worker' });
  if (!ctx) throw notFound();
  const now = ctx.now();
  const secret = ctx.tenant.route + randomBase62(43);
  const target = await ctx.write(async ({ tx }) => {
    const link = await tx
      .updateTable('sign_in_links')
      .set({ used_at: now })
      .where('code_hash', '=', hashCode(input.code))
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .returning(['person_id', 'target'])
      .executeTakeFirst();
    if (!link) return null;
    await tx
      .insertInto('sessions')
      .values({
        secret_hash: hashCode(secret),
        person_id: link.person_id,
        created_at: now,
        last_seen_at: now,
        expires_at: new Date(now.getTime() + ABSOLUTE_MS),
        ended_at: null,
      })
      .execute();
    await appendAudit(ctx, tx, { code: 'person.signed_in', object: link.person_id });
    return link.target;
  });
  if (target === null) throw notFound();
  return { secret, target, maxAgeSeconds: ABSOLUTE_MS / 1000 };
}

/** The person behind a session cookie. @throws DevicelaneError `unauthenticated` */
export async function authenticatePerson(system: SystemContext, secret: string | undefined): Promise<Context> {
  const refuse = (): DevicelaneError =>
    new DevicelaneError('unauthenticated', 'Open a sign-in link first; `devicelane login` makes one.');
  if (!secret || !/^[0-9A-Za-z]{53}$/.test(secret)) throw refuse();
  const ctx = await system.openTenant({ route: routeOf(secret) }, { kind: 'worker' });
  if (!ctx) throw refuse();
  const now = ctx.now();
  const row = await ctx.db
    .selectFrom('sessions')
    .innerJoin('people', 'people.id', 'sessions.person_id')
    .select(['people.id', 'people.role', 'sessions.last_seen_at'])
    .where('secret_hash', '=', hashCode(secret))
    .where('ended_at', 'is', null)
    .where('expires_at', '>', now)
    .where('last_seen_at', '>', new Date(now.getTime() - IDLE_MS))
    .where('disabled_at', 'is', null)
    .executeTakeFirst();
  if (!row) throw refuse();
  if (now.getTime() - row.last_seen_at.getTime() > TOUCH_MS) {
    await ctx.db
      .updateTable('sessions')
      .set({ last_seen_at: now })
      .where('secret_hash', '=', hashCode(secret))
      .execute();
  }
  return { ...ctx, actor: { kind: 'person', id: row.id, role: row.role } };
}

/** Ends a session; an unknown one is as good as ended. */
export async function signOut({ system, input }: { system: SystemContext; input: { secret: string } }): Promise<void> {
  const ctx = await system.openTenant({ route: routeOf(input.secret) }, { kind: 'worker' });
  await ctx?.write(async ({ tx }) => {
    const ended = await tx
      .updateTable('sessions')
      .set({ ended_at: ctx.now() })
      .where('secret_hash', '=', hashCode(input.secret))
      .where('ended_at', 'is', null)
      .returning('person_id')
      .executeTakeFirst();
    if (ended) await appendAudit(ctx, tx, { code: 'person.signed_out', object: ended.person_id });
  });
}
