import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { sealFourGib } from './seal-4-gib.ts';

const MIB = 1024 * 1024;

test('4 GiB are taken in parts and joined in 64 MiB of memory', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'devicelane-seal-'));
  try {
    const { bytes, atRestBytes, peakBytes } = await sealFourGib(folder);
    expect(bytes).toBe(4096 * MIB);
    expect(peakBytes).toBeLessThan(150e6);
    expect(peakBytes - atRestBytes).toBeLessThan(64 * MIB);
  } finally {
    await rm(folder, { recursive: true });
  }
});
