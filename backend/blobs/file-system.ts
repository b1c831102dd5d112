import { type FileHandle, link, open } from 'node:fs/promises';

/** The `code` of a file system error; by its shape, for it may be of another realm than this file's `Error`. */
export function errorCode(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException | undefined)?.code;
}

/** null when the thing that a call works on does not exist. */
export async function absentIsNull<T>(result: Promise<T>): Promise<T | null> {
  try {
    return await result;
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Gives a file a second name. A link, unlike a rename, never replaces. @returns false when the name is taken */
export async function linkUnlessTaken(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** Names that were made or removed in a folder are durable only after this. */
export async function syncFolder(path: string): Promise<void> {
  const folder: FileHandle = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
