/** The keyed ids of tests, by which narrow rows know them, and their names: each once in a project, sealed beside its id. */
import canonicalize from 'canonicalize';
import type { Context } from '../context.ts';

type TestName = { suite: string; name: string };

/** Rows in one statement. */
const BATCH = 1000;

/** The id of each test, in order. */
export function keyTests(ctx: Context, projectId: string, tests: readonly TestName[]): Promise<Buffer[]> {
  return Promise.all(
    tests.map(({ suite, name }) => ctx.keys.digest('test', canonicalize([projectId, suite, name]) ?? '')),
  );
}

/** Keeps the names that the project has not seen before. `keys` are those of `tests`, in order. */
export async function keepNames(
  ctx: Context,
  projectId: string,
  tests: readonly TestName[],
  keys: readonly Buffer[],
): Promise<void> {
  const names = new Map(keys.map((key, index) => [key.toString('hex'), { key, test: tests[index]! }]));
  for (const key of await knownKeys(ctx, projectId, keys)) names.delete(key);
  const rows = await Promise.all(
    [...names].map(async ([hex, { key, test }]) => ({
      project_id: projectId,
      test_key: key,
      sealed_name: await ctx.keys.seal(projectId, `tests.sealed_name|${hex}`, JSON.stringify([test.suite, test.name])),
    })),
  );
  for (let start = 0; start < rows.length; start += BATCH) {
    await ctx.db
      .insertInto('tests')
      .values(rows.slice(start, start + BATCH))
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
}

async function knownKeys(ctx: Context, projectId: string, keys: readonly Buffer[]): Promise<Set<string>> {
  const known = new Set<string>();
  for (let start = 0; start < keys.length; start += BATCH) {
    const rows = await ctx.db
      .selectFrom('tests')
      .select('test_key')
      .where('project_id', '=', projectId)
      .where('test_key', 'in', keys.slice(start, start + BATCH))
      .execute();
    for (const row of rows) known.add(row.test_key.toString('hex'));
  }
  return known;
}
