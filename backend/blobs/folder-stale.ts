import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { absentIsNull } from './file-system.ts';
import { incomingPath, isName, isRemoved } from './folder-paths.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * Removes unfinished blobs whose last byte came 24 h before `now`, and removed containers that a killed process left. A blob
 * being written is younger: each piece renews its time.
 */
export async function removeStale(root: string, now: Date): Promise<number> {
  let removed = 0;
  for (const entry of await readdir(root)) {
    const found = isRemoved(entry) ? [join(root, entry)] : await staleIncoming(root, entry, now);
    for (const path of found) await rm(path, { recursive: true, force: true });
    removed += found.length;
  }
  return removed;
}

async function staleIncoming(root: string, container: string, now: Date): Promise<string[]> {
  if (!isName(container)) return [];
  const folder = incomingPath(root, container);
  const stale: string[] = [];
  for (const name of (await absentIsNull(readdir(folder))) ?? []) {
    const stats = await absentIsNull(stat(join(folder, name)));
    if (stats && now.getTime() - stats.mtimeMs > DAY_MS) stale.push(join(folder, name));
  }
  return stale;
}
