import { createSecretKey } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { ByteReader } from './byte-reader.ts';
import { decrypt, encrypt } from './cobblestone-stream.ts';
import { fixedBytes } from './sample-streams.ts';

const MIB = 1024 * 1024;

test('sealing and opening 64 MiB holds a few blocks at a time', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  const key = createSecretKey(fixedBytes(32, 'key'));
  const piece = Buffer.alloc(64 * 1024, 1);
  async function* plaintext() {
    for (let i = 0; i < 1024; i++) yield piece;
  }
  // Buffers are freed in the background: the second collection sees what the first one has found.
  const heldBytes = async () => {
    collectGarbage();
    await setImmediate();
    collectGarbage();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };

  const before = await heldBytes();
  let opened = 0;
  let looks = 0;
  let most = 0;
  for await (const block of decrypt(key, 'c', new ByteReader(encrypt(key, 'c', plaintext())))) {
    if (Math.floor((opened + block.length) / (16 * MIB)) > Math.floor(opened / (16 * MIB))) {
      looks += 1;
      most = Math.max(most, (await heldBytes()) - before);
    }
    opened += block.length;
  }
  expect(opened).toBe(64 * MIB);
  // What the process let go of meanwhile may outweigh what it holds: that it was looked at is what counts.
  expect(looks).toBe(4);
  expect(most).toBeLessThan(4 * MIB);
});
