/** Small secret files that survive a crash: what a call has returned for is on the disk, whole, under its name. */
import { randomBytes } from 'node:crypto';
import { type FileHandle, link, mkdir, open, rm, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

const OWNER_ONLY_FILE = 0o600;
const OWNER_ONLY_FOLDER = 0o700;

export function errorCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** Runs `use` with an open file, and closes it in every case. */
export async function withFile<T>(path: string, flags: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, flags, OWNER_ONLY_FILE);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}

export async function writeNewFile(path: string, bytes: Uint8Array): Promise<void> {
  await withFile(path, 'wx', async (file) => {
    await file.writeFile(bytes);
    await file.sync();
  });
}

/**
 * Gives a whole file its name only once it is on the disk. The link, unlike a rename, never replaces: of several processes,
 * one wins. Whoever wins, the name is durable when this returns.
 * @returns false when the name is taken
 */
export async function publishFile(path: string, bytes: Uint8Array, temporary: string): Promise<boolean> {
  await writeNewFile(temporary, bytes);
  try {
    const won = await linkUnlessTaken(temporary, path);
    await syncFolder(dirname(path));
    return won;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function linkUnlessTaken(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Overwrites a file's bytes on the disk, then removes it; an absent one is success. */
export async function shredFile(path: string): Promise<void> {
  try {
    await withFile(path, 'r+', overwrite);
    await unlink(path);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

export async function overwrite(file: FileHandle): Promise<void> {
  const { size } = await file.stat();
  await file.write(randomBytes(size), 0, size, 0);
  await file.sync();
}

/** A name is durable only when its folder is. */
export async function syncFolder(path: string): Promise<void> {
  await withFile(path, 'r', (folder) => folder.sync());
}

/** Makes a folder that only its owner may enter, and those above it, durably. */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: OWNER_ONLY_FOLDER });
    await syncFolder(dirname(path));
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return;
    if (errorCode(error) !== 'ENOENT') throw error;
    await makeFolder(dirname(path));
    await makeFolder(path);
  }
}
