/** A file that is to be uploaded: its size and digest are known, and any range of it can be read, as often as needed. */
import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';
import type { OpenUpload } from '../../backend/contract/artifacts.ts';
import { MAX_ARTIFACT_SIZE } from '../../backend/contract/artifacts.ts';
import { UsageError } from './errors.ts';

export type BuildFile = {
  /** The step's input that named it. */
  input: 'app' | 'tests';
  name: string;
  kind?: OpenUpload['kind'];
  /** Bytes. */
  size: number;
  /** Of the whole, in hexadecimal. */
  sha256: string;
  /** @param into memory that may be used for what is read */
  read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
};

const CHUNK = 1024 * 1024;

/**
 * Opens the file and hashes it once through. The handle stays open, so that what is sent is what was hashed even when a
 * later build step replaces the file.
 *
 * @throws UsageError naming the input, for a file that is empty, too large, or cannot be read
 */
export async function openBuildFile(input: BuildFile['input'], path: string): Promise<BuildFile> {
  const handle = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(input, `${basename(path)} cannot be read (${error.code}).`);
  });
  try {
    const { size } = await handle.stat();
    checkSize(input, basename(path), size);
    return {
      input,
      name: basename(path),
      size,
      sha256: await digest(handle, size),
      read: (offset, length, into) => readRange(handle, offset, Math.min(length, size - offset), into),
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** A file that was made in memory. */
export function buildFileOf(
  input: BuildFile['input'],
  name: string,
  kind: BuildFile['kind'],
  bytes: Buffer,
): BuildFile {
  checkSize(input, name, bytes.length);
  return {
    input,
    name,
    kind,
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    read: async (offset, length) => bytes.subarray(offset, offset + length),
    close: async () => {},
  };
}

function checkSize(input: BuildFile['input'], name: string, size: number): void {
  if (size === 0) throw new UsageError(input, `${name} is empty; did the build finish?`);
  if (size > MAX_ARTIFACT_SIZE) throw new UsageError(input, `${name} is larger than 4 GiB, which no farm takes.`);
}

async function digest(handle: FileHandle, size: number): Promise<string> {
  const hash = createHash('sha256');
  const memory = Buffer.allocUnsafeSlow(Math.min(CHUNK, size));
  for (let at = 0; at < size; at += CHUNK) hash.update(await readRange(handle, at, Math.min(CHUNK, size - at), memory));
  return hash.digest('hex');
}

async function readRange(
  handle: FileHandle,
  offset: number,
  length: number,
  into: Uint8Array = Buffer.allocUnsafe(length),
): Promise<Uint8Array> {
  const buffer = into.subarray(0, length);
  for (let filled = 0; filled < length; ) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled);
    if (bytesRead === 0) throw new Error('the file became shorter while it was read');
    filled += bytesRead;
  }
  return buffer;
}
