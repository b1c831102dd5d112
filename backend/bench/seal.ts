/** An artifact's way to the disk, hashed, sealed and durable, against OpenSSL reading the same file for its SHA-256 alone. */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, open, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { byTurns, type Figure } from './by-turns.ts';
import { sealFourGib } from './seal-4-gib.ts';
import { KEY, makeSealedFolder } from './sealed-folder.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
const BYTES = 256 * MIB;
/** A file system of memory, where there is one: it hides nothing behind the disk. */
const MEMORY = '/dev/shm';

export async function seal(): Promise<string[]> {
  const lines = [`in ${tmpdir()}`, ...(await inFolder(tmpdir(), sealOne))];
  if (existsSync(MEMORY)) lines.push(`in ${MEMORY}`, ...(await inFolder(MEMORY, sealOne)));
  return [...lines, '4 GiB in a process of their own', ...(await inFolder(tmpdir(), inItsOwn))];
}

async function inFolder(parent: string, work: (folder: string) => Promise<string[]>): Promise<string[]> {
  const folder = await mkdtemp(join(parent, 'devicelane-seal-'));
  try {
    return (await work(folder)).map((line) => `  ${line}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function sealOne(folder: string): Promise<string[]> {
  const file = join(folder, 'app');
  const bytes = randomBytes(MIB);
  const handle = await open(file, 'w');
  for (let written = 0; written < BYTES; written += MIB) await handle.write(randomBytes(MIB));
  // Or the system writes it to the disk while others are measured.
  await handle.sync();
  await handle.close();
  const blobs = await makeSealedFolder(folder);
  const [ours, ...others] = await byTurns(
    {
      async 'hash, seal and write'() {
        await blobs.write(KEY, 'app', readByTurns(file), () => {});
        return () => blobs.remove('app');
      },
      async 'openssl dgst -sha256'() {
        if (spawnSync('openssl', ['dgst', '-sha256', file]).status !== 0) throw new Error('openssl is not here');
      },
      async 'the same bytes written and synced, nothing else'() {
        const plain = await open(join(folder, 'plain'), 'w');
        for (let written = 0; written < BYTES; written += MIB) await plain.write(bytes);
        await plain.sync();
        await plain.close();
        return () => rm(join(folder, 'plain'));
      },
    },
    { rounds: 9, bytes: BYTES },
  );
  return [describe(ours!), ...others.map((other) => `${describe(other)}; ours takes ${ratio(ours!, other)}`)];
}

/** A file's bytes from two buffers, one of which is read into while the other is used. */
async function* readByTurns(path: string): AsyncGenerator<Uint8Array> {
  const buffers = [Buffer.allocUnsafeSlow(MIB), Buffer.allocUnsafeSlow(MIB)];
  const file = await open(path);
  try {
    let reading = file.read(buffers[0]!, 0, MIB);
    for (let piece = 1; ; piece++) {
      const { bytesRead, buffer } = await reading;
      if (bytesRead === 0) return;
      reading = file.read(buffers[piece % 2]!, 0, MIB);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function inItsOwn(folder: string): Promise<string[]> {
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < 10 * GIB) return ['not measured: it needs 10 GiB of the disk'];
  const { bytes, partsMs, wholeMs, atRestBytes, peakBytes } = await sealFourGib(folder);
  return [
    `taken in parts: ${rate(bytes, partsMs)}; joined from them: ${rate(bytes, wholeMs)}`,
    `peak memory: ${(peakBytes / 1e6).toFixed(0)} MB, of which ${(atRestBytes / 1e6).toFixed(0)} MB before the first byte`,
  ];
}

const rate = (bytes: number, ms: number): string => `${(bytes / 1e3 / ms).toFixed(0)} MB/s`;

function ratio(ours: Figure, other: Figure): string {
  return `${(ours.medianMs / other.medianMs).toFixed(2)} times as long (${(ours.bestMs / other.bestMs).toFixed(2)} at best)`;
}

function describe({ what, medianMs, bestMs, worstMs }: Figure): string {
  return `${what}: ${medianMs.toFixed(0)} ms (${bestMs.toFixed(0)} to ${worstMs.toFixed(0)}), ${rate(BYTES, medianMs)}`;
}
