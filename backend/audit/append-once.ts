/** Audits what may repeat without end: one entry for each actor, object, code and ten minutes. */
import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { type AuditEntry, appendAudit, nameOfActor } from './append.ts';

const WINDOW_MS = 10 * 60_000;

export async function appendOnce(ctx: Context, entry: AuditEntry): Promise<void> {
  const { code, object } = entry;
  const actor = nameOfActor(ctx.actor);
  const since = new Date(ctx.now().getTime() - WINDOW_MS);
  const seen = (db: Context['db'] | Parameters<typeof appendAudit>[1]) =>
    db
      .selectFrom('audit_entries')
      .select('id')
      .where('actor', '=', actor)
      .where('object', 'is not distinct from', object)
      .where('code', '=', code)
      .where('at', '>', since)
      .limit(1)
      .executeTakeFirst();
  if (await seen(ctx.db)) return;
  await ctx.write(async ({ tx }) => {
    // Two at once make one entry.
    await sql`select pg_advisory_xact_lock(hashtextextended(${`audit|${actor}|${object}|${code}`}, 0))`.execute(tx);
    if (!(await seen(tx))) await appendAudit(ctx, tx, entry);
  });
}
