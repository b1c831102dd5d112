/** What others would send for the later of two builds. A program that is not installed answers null. */
import { mkdir, open, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { readLayout } from '../contract/delta/zip-layout.ts';
import { sourceOf } from '../testing/differences.ts';
import type { Pair } from './builds.ts';
import { measuredRun, type Took } from './measured-run.ts';

/** Bytes to send, and what finding them took: not what the earlier build took before. */
export type Sent = Took & { bytes: number };

type Peer = (pair: Pair, folder: string) => Promise<Sent>;

export const PEERS: Readonly<Record<string, Peer>> = {
  async casync({ earlier, later }, folder) {
    const make = (file: string, index: string) =>
      measuredRun('casync', ['make', `--store=${join(folder, 'store')}`, join(folder, index), file]);
    await make(earlier, 'earlier.caibx');
    const before = await sizeBelow(join(folder, 'store'));
    const took = await make(later, 'later.caibx');
    const chunks = (await sizeBelow(join(folder, 'store'))) - before;
    return { ...took, bytes: chunks + (await stat(join(folder, 'later.caibx'))).size };
  },
  async restic({ earlier, later }, folder) {
    const repository = join(folder, 'repository');
    const env = { ...process.env, RESTIC_PASSWORD: 'bench', RESTIC_REPOSITORY: repository, RESTIC_CACHE_DIR: folder };
    const backup = async (path: string): Promise<Took> => {
      await using file = await open(path);
      return await measuredRun('restic', ['backup', '--stdin'], { env, stdin: file.fd });
    };
    await measuredRun('restic', ['init'], { env });
    await backup(earlier);
    const before = await sizeBelow(repository);
    const took = await backup(later);
    return { ...took, bytes: (await sizeBelow(repository)) - before };
  },
  /** Has both files, which a client never has. */
  async bsdiff({ earlier, later }, folder) {
    const took = await measuredRun('bsdiff', [earlier, later, join(folder, 'patch')]);
    return { ...took, bytes: (await stat(join(folder, 'patch'))).size };
  },
  /** Has both files, their entries inflated: about the least that can be sent. */
  async 'zstd -19 --patch-from, inflated'({ earlier, later }, folder) {
    const [from, to, patch] = [join(folder, 'earlier'), join(folder, 'later'), join(folder, 'patch')];
    await writeFile(from, await inflated(earlier));
    await writeFile(to, await inflated(later));
    const took = await measuredRun('zstd', ['-q', '-19', '--long=27', `--patch-from=${from}`, to, '-o', patch]);
    return { ...took, bytes: (await stat(patch)).size };
  },
};

/** Null where the program is not installed. */
export async function sentBy(name: string, pair: Pair, folder: string): Promise<Sent | null> {
  await mkdir(folder);
  try {
    return await (PEERS[name] as Peer)(pair, folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** The file with its entries inflated where they lie. */
async function inflated(path: string): Promise<Buffer> {
  const bytes = await readFile(path);
  const layout = await readLayout(sourceOf(bytes));
  const pieces: Buffer[] = [];
  let end = 0;
  for (const { method, dataOffset, dataLength } of layout?.entries ?? []) {
    const data = bytes.subarray(dataOffset, dataOffset + dataLength);
    pieces.push(bytes.subarray(end, dataOffset), method === 8 ? inflateRawSync(data) : data);
    end = dataOffset + dataLength;
  }
  return Buffer.concat([...pieces, bytes.subarray(end)]);
}

async function sizeBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async (file) => (await stat(join(file.parentPath, file.name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
