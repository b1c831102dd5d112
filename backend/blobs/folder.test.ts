import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rename, rm, stat, truncate, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { describeBlobs } from './contract.ts';
import { type BlobFolder, openBlobFolder } from './folder.ts';
import { BlobNotFound } from './port.ts';

describeBlobs('a folder', async () => {
  const root = await mkdtemp(join(tmpdir(), 'blobs-'));
  return {
    blobs: await openBlobFolder(root),
    killDuringWrite: (container, name) => killDuringWrite(root, container, name),
    dispose: () => rm(root, { recursive: true }),
  };
});

describe('a folder of blobs', () => {
  let root: string;
  let blobs: BlobFolder;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'blobs-'));
    blobs = await openBlobFolder(join(root, 'made', 'below'));
    root = join(root, 'made', 'below');
    await blobs.createContainer('tenant-1');
  });
  afterEach(() => rm(join(root, '..', '..'), { recursive: true }));

  const incoming = () => readdir(join(root, 'tenant-1', '.incoming'));

  test('is closed to everybody but its owner', async () => {
    await blobs.write('tenant-1', 'a', twoPieces());
    expect((await stat(root)).mode & 0o777).toBe(0o700);
    expect((await stat(join(root, 'tenant-1'))).mode & 0o777).toBe(0o700);
    expect((await stat(join(root, 'tenant-1', 'a'))).mode & 0o777).toBe(0o600);
  });

  test('has nothing unfinished after a write, a lost race or a failed source', async () => {
    await blobs.write('tenant-1', 'a', twoPieces());
    await expect(blobs.write('tenant-1', 'a', twoPieces())).rejects.toThrow('blob a exists');
    async function* failing() {
      yield Buffer.alloc(10);
      throw new Error('gone');
    }
    await expect(blobs.write('tenant-1', 'b', failing())).rejects.toThrow('gone');
    expect(await incoming()).toEqual([]);
  });

  test('keeps what a killed process left for 24 hours after its last byte, then sweeps it', async () => {
    await killDuringWrite(root, 'tenant-1', 'a');
    await blobs.write('tenant-1', 'kept', twoPieces());
    const [left] = await incoming();
    const lastByte = new Date('2026-03-01T12:00:00Z');
    await utimes(join(root, 'tenant-1', '.incoming', left!), lastByte, lastByte);

    expect(await blobs.removeStale(new Date('2026-03-02T12:00:00Z'))).toBe(0);
    expect(await incoming()).toEqual([left]);
    expect(await blobs.removeStale(new Date('2026-03-02T12:00:01Z'))).toBe(1);
    expect(await incoming()).toEqual([]);
    expect(await blobs.size('tenant-1', 'kept')).toBe(20);
  });

  test('keeps nothing of a blob for which the disk has no room, and takes it once there is', async () => {
    const failed = await writeWithoutRoom(root, 'tenant-1', 'a');
    expect(failed).toBe('BlobsFull');
    expect(await incoming()).toEqual([]);
    await expect(blobs.size('tenant-1', 'a')).rejects.toThrow(BlobNotFound);
    expect(await blobs.write('tenant-1', 'a', zeros(2))).toBe(2 * 1024 * 1024);
  });

  test.each([
    ['the next removal', () => blobs.removeContainer('tenant-1')],
    ['the sweep', () => blobs.removeStale(new Date(0))],
  ])('finishes in %s the removal of a container that was cut short', async (_, finish) => {
    await blobs.write('tenant-1', 'a', twoPieces());
    await rename(join(root, 'tenant-1'), join(root, '.removed~tenant-1~00'));
    await finish();
    expect(await readdir(root)).toEqual([]);
  });

  test('fails a write whose container is removed meanwhile, and keeps nothing of it', async () => {
    async function* source() {
      yield Buffer.alloc(10);
      await blobs.removeContainer('tenant-1');
      yield Buffer.alloc(10);
    }
    await expect(blobs.write('tenant-1', 'a', source())).rejects.toThrow('ENOENT');
    expect(await readdir(root)).toEqual([]);
  });

  test('fails a read of a file that shrinks meanwhile, rather than end it early', async () => {
    await blobs.write('tenant-1', 'a', zeros(2));
    // The piece after the first may have been read before the file shrank.
    const readOn = async () => {
      for await (const _ of blobs.read('tenant-1', 'a')) await truncate(join(root, 'tenant-1', 'a'), 300 * 1024);
    };
    await expect(readOn()).rejects.toThrow(/ended at byte (307200|524288) while/);
  });
});

async function* twoPieces() {
  yield Buffer.alloc(10, 1);
  yield Buffer.alloc(10, 2);
}

async function* zeros(mebibytes: number) {
  for (let i = 0; i < mebibytes; i++) yield Buffer.alloc(1024 * 1024);
}

/**
 * Writes 2 MiB in a process that may make files of at most 512 KiB: a full disk, for which no disk has to be filled or
 * mounted. Returns the name of the error.
 */
async function writeWithoutRoom(root: string, container: string, name: string): Promise<string> {
  const program = `
    import { openBlobFolder } from ${JSON.stringify(new URL('./folder.ts', import.meta.url).href)};
    // Without this the kernel ends the process.
    process.on('SIGXFSZ', () => {});
    const blobs = await openBlobFolder(${JSON.stringify(root)});
    async function* source() {
      for (let i = 0; i < 8; i++) yield Buffer.alloc(256 * 1024, 1);
    }
    await blobs.write(${JSON.stringify(container)}, ${JSON.stringify(name)}, source()).then(
      () => process.stdout.write('written'),
      (error) => process.stdout.write(error.name),
    );`;
  const shell = 'ulimit -f "$0" && exec "$@"';
  const blocks = String(512 * 2);
  const child = spawn('sh', ['-c', shell, blocks, process.execPath, '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  await once(child, 'exit');
  return said.toString();
}

/** Starts another process that writes a blob without end, and kills it once bytes of it are in the folder. */
async function killDuringWrite(root: string, container: string, name: string): Promise<void> {
  const program = `
    import { openBlobFolder } from ${JSON.stringify(new URL('./folder.ts', import.meta.url).href)};
    const blobs = await openBlobFolder(${JSON.stringify(root)});
    async function* source() {
      yield Buffer.alloc(1000);
      process.stdout.write('writing');
      await new Promise((resolve) => setTimeout(resolve, 600_000));
    }
    await blobs.write(${JSON.stringify(container)}, ${JSON.stringify(name)}, source());`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout!, 'data');
  child.kill('SIGKILL');
  await once(child, 'exit');
}
