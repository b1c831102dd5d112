/** Reads hashes of the tree's complete subtrees. */
import type { TenantDb, TenantTransaction } from '../db/port.ts';
import { joinSubtrees, type Place, placesOf, type Range, Tree } from './proof/tree.ts';

type Db = TenantDb | TenantTransaction;

/** In the order of the places. @throws Error when one was taken away */
async function readNodes(db: Db, places: readonly Place[]): Promise<Buffer[]> {
  if (places.length === 0) return [];
  const rows = await db
    .selectFrom('audit_nodes')
    .selectAll()
    .where(({ eb, refTuple, tuple }) =>
      eb(
        refTuple('level', 'index'),
        'in',
        places.map(({ level, index }) => tuple(level, index)),
      ),
    )
    .execute();
  const found = new Map(rows.map(({ level, index, hash }) => [`${level}/${index}`, hash]));
  return places.map(({ level, index }) => {
    const hash = found.get(`${level}/${index}`);
    if (!hash) throw new Error(`the audit log's tree has no node ${level}/${index}`);
    return hash;
  });
}

/** The tree at a size that it has reached. */
export async function readTree(db: Db, size: number): Promise<Tree> {
  return new Tree(size, await readNodes(db, placesOf({ start: 0, end: size })));
}

/** The hash over each range, all of them in one query. */
export async function readRanges(db: Db, ranges: readonly Range[]): Promise<Buffer[]> {
  const places = ranges.map(placesOf);
  const hashes = await readNodes(db, places.flat());
  return places.map(({ length }) => joinSubtrees(hashes.splice(0, length)));
}
