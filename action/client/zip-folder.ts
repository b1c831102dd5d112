/**
 * A folder of Maestro flows as a zip (APPNOTE 6.3, no zip64: flows are small). The same folder gives the same bytes, so
 * that an unchanged one is not uploaded again: names are sorted, and every entry has the oldest date that a zip can say.
 */
import { glob, readFile, stat } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { UsageError } from './errors.ts';

const MOST_FILES = 5000;
const MOST_BYTES = 256 * 1024 * 1024;
const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
/** Deflate needs version 2.0 to extract; bit 11 says that names are UTF-8. */
const VERSION = 20;
const UTF8_NAMES = 0x0800;
const DEFLATE = 8;
/** 1 January 1980. */
const OLDEST_DATE = 0x21;

/** @throws UsageError naming `tests`, for a folder without a flow or with more than a farm takes */
export async function zipFolder(folder: string): Promise<Buffer> {
  const files: { name: string; bytes: Buffer }[] = [];
  let total = 0;
  for (const name of await filesIn(folder)) {
    total += (await stat(join(folder, name))).size;
    if (total > MOST_BYTES)
      throw new UsageError('tests', `${folder} holds more than 256 MiB. Name the folder of the flows alone.`);
    files.push({ name: name.split(sep).join('/'), bytes: await readFile(join(folder, name)) });
  }
  if (!files.some(({ name }) => /\.ya?ml$/.test(name))) {
    throw new UsageError('tests', `${folder} is a folder without a Maestro flow (a .yaml file).`);
  }
  return zip(files);
}

async function filesIn(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of glob('**/*', { cwd: folder, withFileTypes: true })) {
    // A symbolic link may point out of the folder: it is left out.
    if (entry.isFile()) names.push(join(entry.parentPath, entry.name).slice(join(folder, sep).length));
    if (names.length > MOST_FILES) throw new UsageError('tests', `${folder} holds more than ${MOST_FILES} files.`);
  }
  return names.sort();
}

function zip(files: { name: string; bytes: Buffer }[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const file of files) {
    const name = Buffer.from(file.name);
    const data = deflateRawSync(file.bytes);
    const shared = Buffer.alloc(26);
    [VERSION, UTF8_NAMES, DEFLATE, 0, OLDEST_DATE].forEach((value, index) => {
      shared.writeUInt16LE(value, index * 2);
    });
    shared.writeUInt32LE(crc32(file.bytes), 10);
    shared.writeUInt32LE(data.length, 14);
    shared.writeUInt32LE(file.bytes.length, 18);
    shared.writeUInt16LE(name.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    directory.push(uint32(CENTRAL), uint16(VERSION), shared, tail, name);
    locals.push(uint32(LOCAL), shared, name, data);
    offset += 4 + shared.length + name.length + data.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(files.length, 4);
  end.writeUInt16LE(files.length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...locals, central, uint32(END), end]);
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16LE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
