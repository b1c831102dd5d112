/**
 * Actions in one tenant, each with its audit entry, while a server numbers and signs them; by turns with the same
 * transaction without the entry. Prints the rate of both, and how long after its commit an entry was numbered.
 */
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { openTenant } from '../testing/kept.ts';
import { until } from '../testing/until.ts';
import { startWorld } from '../testing/world.ts';

const ROUNDS = 5;
const ROUND_MS = 4_000;
/** Actions at a time: as many as one process has connections for in a tenant, less those at work beside them. */
const LANES = 6;

export async function audit(): Promise<string[]> {
  // Durable writes, as in production.
  const world = await startWorld({ fsync: true });
  try {
    const ctx = await openTenant(world, { actor: { kind: 'operator' } });
    const rates: { with: number[]; without: number[] } = { with: [], without: [] };
    await round(ctx, true, 500);
    for (let index = 0; index < ROUNDS; index += 1) {
      rates.with.push(await round(ctx, true, ROUND_MS));
      rates.without.push(await round(ctx, false, ROUND_MS));
    }
    await allNumbered(ctx);
    const [ours, bare] = [median(rates.with), median(rates.without)];
    return [
      `with its audit entry: ${Math.round(ours)} actions/s (${list(rates.with)}); the goal is 500`,
      `without: ${Math.round(bare)} actions/s (${list(rates.without)}); with it ${(ours / bare).toFixed(2)} times as many`,
      await lag(ctx),
    ];
  } finally {
    await world.stop();
  }
}

/** @returns actions a second */
async function round(ctx: Context, isAudited: boolean, ms: number): Promise<number> {
  const startedAt = performance.now();
  let count = 0;
  const lane = async (): Promise<void> => {
    while (performance.now() - startedAt < ms) {
      await act(ctx, isAudited);
      count += 1;
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return count / ((performance.now() - startedAt) / 1000);
}

/** A small change as many are: one row. */
async function act(ctx: Context, isAudited: boolean): Promise<void> {
  const id = `bench-${randomUUID()}`;
  await ctx.write(async ({ tx }) => {
    await tx.insertInto('blob_deletions').values({ blob_name: id, key_id: null, requested_at: ctx.now() }).execute();
    if (isAudited) await appendAudit(ctx, tx, { code: 'bench.done', object: id, detail: { bytes: 1 } });
  });
}

async function allNumbered(ctx: Context): Promise<void> {
  const left = sql<{ n: number }>`
    select (select count(*) from audit_entries) - (select count(*) from audit_leaves) as n`;
  await until('all entries numbered', async () => (await left.execute(ctx.db)).rows[0]?.n === 0);
}

/** From the action's own time to its number's. */
async function lag(ctx: Context): Promise<string> {
  const { rows } = await sql<{ n: number; median: number; most: number }>`
    select count(*)::int as n, percentile_cont(0.5) within group (order by ms) as median, max(ms) as most
    from (
      select extract(epoch from numbered_at - at)::float8 * 1000 as ms
      from audit_leaves join audit_entries on entry_id = id where code = 'bench.done'
    ) as lags`.execute(ctx.db);
  const { n, median: half, most } = rows[0]!;
  return `numbered ${n} entries, each ${Math.round(half)} ms after its action at the median, ${Math.round(most)} ms at most`;
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
const list = (values: readonly number[]): string => values.map(Math.round).join(', ');
