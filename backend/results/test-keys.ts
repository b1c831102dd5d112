/** The keyed ids of tests, and their names: each once in a project, sealed beside its id. */
import canonicalize from 'canonicalize';
import type { Context } from '../context.ts';

type TestName = { suite: string; name: string };

/** The id of each test, in order; names not seen before are kept. */
export async function keyTests(ctx: Context, projectId: string, tests: readonly TestName[]): Promise<Buffer[]> {
  const keys: Buffer[] = [];
  const names = new Map<string, { key: Buffer; test: TestName }>();
  for (const test of tests) {
    const key = await ctx.keys.digest('test', canonicalize([projectId, test.suite, test.name]) ?? '');
    keys.push(key);
    names.set(key.toString('hex'), { key, test });
  }
  const known = new Set<string>();
  const all = [...names.values()];
  for (let start = 0; start < all.length; start += 1000) {
    const rows = await ctx.db
      .selectFrom('tests')
      .select('test_key')
      .where('project_id', '=', projectId)
      .where(
        'test_key',
        'in',
        all.slice(start, start + 1000).map(({ key }) => key),
      )
      .execute();
    for (const row of rows) known.add(row.test_key.toString('hex'));
  }
  for (const [hex, { key, test }] of names) {
    if (known.has(hex)) continue;
    const sealed = await ctx.keys.seal(projectId, `tests.sealed_name|${hex}`, JSON.stringify([test.suite, test.name]));
    await ctx.db
      .insertInto('tests')
      .values({ project_id: projectId, test_key: key, sealed_name: sealed })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  return keys;
}
