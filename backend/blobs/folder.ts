import { access, mkdir, open, opendir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readFileRange } from './file-range.ts';
import { absentIsNull, errorCode, linkUnlessTaken, syncFolder } from './file-system.ts';
import * as paths from './folder-paths.ts';
import { removeStale } from './folder-stale.ts';
import {
  type BlobEntry,
  BlobExists,
  BlobNotFound,
  type Blobs,
  BlobsFull,
  type ByteRange,
  type Remains,
} from './port.ts';
import { writeNewFile } from './write-file.ts';

const OWNER_ONLY = 0o700;
/** No room on the disk, in the quota, or in a file. */
const FULL = ['ENOSPC', 'EDQUOT', 'EFBIG'];

/** Blobs in a folder; the folder's owner also has to sweep what killed processes leave in it. */
export interface BlobFolder extends Blobs {
  /** Removes what was left unfinished 24 h before `now`, in all containers; to be called daily. @returns how many things */
  removeStale(now: Date): Promise<number>;
}

/** Opens a folder as a store of blobs, and makes it when it is absent. */
export async function openBlobFolder(path: string): Promise<BlobFolder> {
  const root = resolve(path);
  await mkdir(root, { recursive: true, mode: OWNER_ONLY });
  await syncFolder(dirname(root));
  return {
    createContainer: (container) => createContainer(root, container),
    removeContainer: (container) => removeContainer(root, container),
    write: (container, name, source) => write(root, container, name, source),
    read: (container, name, range, options) => read(root, container, name, range, options?.lend ?? false),
    size: (container, name) => size(root, container, name),
    remove: (container, name) => remove(root, container, name),
    list: (container) => list(root, container),
    remains: (container) => remains(root, container),
    removeStale: (now) => removeStale(root, now),
  };
}

async function createContainer(root: string, container: string): Promise<void> {
  await mkdir(paths.incomingPath(root, container), { recursive: true, mode: OWNER_ONLY });
  await syncFolder(paths.containerPath(root, container));
  await syncFolder(root);
}

/** Takes the container's name away first: writers that are at work then fail, and none adds to what is being removed. */
async function removeContainer(root: string, container: string): Promise<void> {
  await absentIsNull(rename(paths.containerPath(root, container), paths.newRemovedPath(root, container)));
  await syncFolder(root);
  for (const entry of await readdir(root)) {
    // Also what an earlier removal, cut short, has left.
    if (entry.startsWith(paths.removedPrefix(container))) await rm(join(root, entry), { recursive: true, force: true });
  }
  await syncFolder(root);
}

async function write(
  root: string,
  container: string,
  name: string,
  source: AsyncIterable<Uint8Array>,
): Promise<number> {
  const path = paths.blobPath(root, container, name);
  // Saves the work when the name is taken already; the link below decides.
  if (await absentIsNull(access(path).then(() => true))) throw new BlobExists(name);

  const incoming = paths.newIncomingPath(root, container);
  try {
    const bytes = await writeNewFile(incoming, source);
    if (!(await linkUnlessTaken(incoming, path))) throw new BlobExists(name);
    await syncFolder(dirname(path));
    return bytes;
  } catch (error) {
    throw FULL.includes(errorCode(error) ?? '') ? new BlobsFull({ cause: error }) : error;
  } finally {
    await rm(incoming, { force: true });
  }
}

async function* read(
  root: string,
  container: string,
  name: string,
  range: ByteRange | undefined,
  lend: boolean,
): AsyncGenerator<Uint8Array> {
  const file = await absentIsNull(open(paths.blobPath(root, container, name)));
  if (!file) throw new BlobNotFound(name);
  try {
    yield* readFileRange(file, range, lend);
  } finally {
    await file.close();
  }
}

async function size(root: string, container: string, name: string): Promise<number> {
  const stats = await absentIsNull(stat(paths.blobPath(root, container, name)));
  if (!stats) throw new BlobNotFound(name);
  return stats.size;
}

async function remove(root: string, container: string, name: string): Promise<void> {
  await rm(paths.blobPath(root, container, name), { force: true });
  await absentIsNull(syncFolder(paths.containerPath(root, container)));
}

async function* list(root: string, container: string): AsyncGenerator<BlobEntry> {
  const folder = paths.containerPath(root, container);
  const entries = await absentIsNull(opendir(folder));
  if (!entries) return;
  for await (const { name } of entries) {
    // A blob that was removed since the folder was read is not listed.
    const stats = paths.isName(name) ? await absentIsNull(stat(join(folder, name))) : null;
    if (stats) yield { name, size: stats.size, modifiedAt: stats.mtime };
  }
}

async function* remains(root: string, container: string): AsyncGenerator<Remains> {
  for (const name of (await absentIsNull(readdir(paths.incomingPath(root, container)))) ?? []) {
    yield { name, what: 'unfinished' };
  }
  for (const name of await readdir(root)) {
    if (name.startsWith(paths.removedPrefix(container))) yield { name, what: 'deleted container' };
  }
}
