/**
 * The keyring's store as a folder: the record `a/b` is the file `a.keys/b.key`. Half-written files stand in a folder `~`
 * beside the records, under their record's name, so that destroying a record finds what a killed process left of it.
 */
import { randomBytes } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { type FileHandle, open, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  errorCode,
  makeFolder,
  overwrite,
  publishFile,
  shredFile,
  syncFolder,
  withFile,
  writeNewFile,
} from './durable-file.ts';
import type { KeyringStore } from './port.ts';
import { checkedName } from './sealed-format.ts';

const RECORD = '.key';
const FOLDER = '.keys';
const UNFINISHED = '~';
const MAX_RECORD_BYTES = 16 * 1024;
const REMOVAL_ATTEMPTS = 10;

/** Opens the folder, and makes it when it is absent. */
export async function openKeyringFolder(path: string): Promise<KeyringStore> {
  const root = resolve(path);
  await makeFolder(root);

  return {
    read: (segments) => readRecord(place(root, segments).record),
    async create(segments, record) {
      const { record: file, unfinished, name } = place(root, segments);
      await makeFolder(unfinished);
      return publishFile(file, record, join(unfinished, unfinishedName(name)));
    },
    async replace(segments, record) {
      const { record: file, folder, unfinished, name } = place(root, segments);
      await makeFolder(unfinished);
      const temporary = join(unfinished, unfinishedName(name));
      await writeNewFile(temporary, record);
      await replaceFile(temporary, file);
      await syncFolder(folder);
    },
    async destroy(segments) {
      const { record, folder, below, unfinished, name } = place(root, segments);
      await shredFile(record);
      for (const entry of await entriesOf(unfinished)) {
        if (entry.name.startsWith(`${name}~`)) await shredFile(join(unfinished, entry.name));
      }
      await shredFolder(below);
      await syncIfPresent(folder);
    },
    async list(segments) {
      const entries = await entriesOf(folderOf(root, segments));
      return [...new Set(entries.flatMap(({ name }) => recordName(name)))].sort();
    },
  };
}

function folderOf(root: string, segments: readonly string[]): string {
  return join(root, ...segments.map((segment) => checkedName(segment) + FOLDER));
}

function place(root: string, segments: readonly string[]) {
  const name = checkedName(segments.at(-1) ?? '');
  const folder = folderOf(root, segments.slice(0, -1));
  return {
    name,
    folder,
    record: join(folder, name + RECORD),
    below: join(folder, name + FOLDER),
    unfinished: join(folder, UNFINISHED),
  };
}

function unfinishedName(name: string): string {
  return `${name}~${randomBytes(8).toString('hex')}`;
}

function recordName(file: string): string[] {
  const suffix = [RECORD, FOLDER].find((candidate) => file.endsWith(candidate));
  return suffix ? [file.slice(0, -suffix.length)] : [];
}

async function readRecord(path: string): Promise<Uint8Array | null> {
  try {
    return await withFile(path, 'r', async (file) => {
      const { size } = await file.stat();
      if (size > MAX_RECORD_BYTES)
        throw new Error(`A keyring record has ${size} bytes; ${MAX_RECORD_BYTES} are allowed.`);
      const bytes = await file.readFile();
      // A file that lost its name meanwhile is being overwritten: what has the name now counts.
      return (await file.stat()).nlink > 0 ? bytes : readRecord(path);
    });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

/** Renames over a file, then overwrites the bytes that were replaced: they may be a key wrapped by an older key. */
async function replaceFile(from: string, to: string): Promise<void> {
  const old = await openIfPresent(to);
  try {
    await rename(from, to);
    if (old) await overwrite(old);
  } finally {
    await old?.close();
  }
}

async function openIfPresent(path: string): Promise<FileHandle | null> {
  try {
    return await open(path, 'r+');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Shreds all files below a folder, and removes it; tried again when another process puts something in meanwhile. */
async function shredFolder(folder: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    for (const entry of await entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) await shredFolder(path);
      else if (entry.isFile()) await shredFile(path);
      else await unlink(path);
    }
    try {
      await rmdir(folder);
      return;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return;
      if (errorCode(error) !== 'ENOTEMPTY' || attempt === REMOVAL_ATTEMPTS) throw error;
    }
  }
}

async function syncIfPresent(folder: string): Promise<void> {
  try {
    await syncFolder(folder);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}
