/** Azurite killed in the middle of a write and of a read, and started again: nothing is half there, and trying again works. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Azurite, startAzurite } from '../testing/azurite.ts';
import { openAzureBlobs } from './azure.ts';
import { BlobNotFound, BlobStoreFailed, type Blobs } from './port.ts';

const MIB = 1024 * 1024;
const content = randomBytes(40 * MIB);

let azurite: Azurite;
let blobs: Blobs;
beforeAll(async () => {
  azurite = await startAzurite();
  const account = { connectionString: azurite.connectionString };
  // Gives up after about three seconds without a server.
  blobs = await openAzureBlobs({ account, prefix: 'k', pace: { tries: 5, retryDelayMs: 300, idleMs: 20_000 } });
  await blobs.createContainer('t-1');
  await blobs.write('t-1', 'kept', whole());
  await settle();
});
afterAll(() => azurite.stop());

/** Azurite writes down what it knows only now and then, and when it is asked to end. */
async function settle(): Promise<void> {
  await azurite.end('SIGTERM');
  await azurite.restart();
}

async function* whole(): AsyncGenerator<Uint8Array> {
  for (let offset = 0; offset < content.length; offset += MIB) yield content.subarray(offset, offset + MIB);
}

/** All bytes, with something happening after so many of them. */
async function* interrupted(after: number, what: () => Promise<void>): AsyncGenerator<Uint8Array> {
  let given = 0;
  for await (const piece of whole()) {
    if (given === after) await what();
    given += piece.length;
    yield piece;
  }
}

async function collect(name: string): Promise<Buffer> {
  const found: Uint8Array[] = [];
  for await (const piece of blobs.read('t-1', name)) found.push(piece);
  return Buffer.concat(found);
}

/** The bytes of a blob that is there; null for one that is not. Anything between the two throws. */
async function lookAt(name: string): Promise<Buffer | null> {
  try {
    return await collect(name);
  } catch (error) {
    if (error instanceof BlobNotFound) return null;
    throw error;
  }
}

describe('a store that is killed', () => {
  test.each([0, 5, 17, 39])('%i MiB into a write, and comes back, has all of the blob or nothing', async (mib) => {
    const name = `back-${mib}`;
    const killed = interrupted(mib * MIB, async () => {
      await azurite.end('SIGKILL');
      void azurite.restart();
    });
    const [written] = await Promise.allSettled([blobs.write('t-1', name, killed)]);
    if (written.status === 'rejected') expect(written.reason).toBeInstanceOf(BlobStoreFailed);
    const found = await lookAt(name);
    expect(found === null || found.equals(content)).toBe(true);
    if (written.status === 'fulfilled') expect(found).not.toBeNull();
    if (found === null) await blobs.write('t-1', name, whole());
    expect((await collect(name)).equals(content)).toBe(true);
    await settle();
  });

  test('and stays away fails the write; after its return nothing of it is to be seen, and the name is free', async () => {
    const killed = interrupted(17 * MIB, () => azurite.end('SIGKILL'));
    await expect(blobs.write('t-1', 'away', killed)).rejects.toThrow(BlobStoreFailed);
    await azurite.restart();
    expect(await lookAt('away')).toBeNull();
    const names: string[] = [];
    for await (const { name } of blobs.list('t-1')) names.push(name);
    expect(names).not.toContain('away');
    await blobs.write('t-1', 'away', whole());
    expect((await collect('away')).equals(content)).toBe(true);
    await settle();
  });

  test('in the middle of a read, and comes back, gives the rest of the bytes', async () => {
    const found: Uint8Array[] = [];
    for await (const piece of blobs.read('t-1', 'kept')) {
      if (found.length === 20) {
        await azurite.end('SIGKILL');
        void azurite.restart();
      }
      found.push(piece);
    }
    expect(Buffer.concat(found).equals(content)).toBe(true);
  });

  test('in the middle of a read, and stays away, fails it', async () => {
    const found: Uint8Array[] = [];
    const reading = (async () => {
      for await (const piece of blobs.read('t-1', 'kept')) {
        if (found.length === 20) await azurite.end('SIGKILL');
        found.push(piece);
      }
    })();
    await expect(reading).rejects.toThrow(BlobStoreFailed);
    const got = Buffer.concat(found);
    expect(got.length).toBeLessThan(content.length);
    expect(got.equals(content.subarray(0, got.length))).toBe(true);
    await azurite.restart();
    expect((await collect('kept')).equals(content)).toBe(true);
  });
});
