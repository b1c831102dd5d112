import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from '@jest/globals';
import type { Taken } from './seal-4-gib.ts';

const MIB = 1024 * 1024;

test('4 GiB are taken in parts and joined in 64 MiB of memory', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'devicelane-seal-'));
  try {
    const program = fileURLToPath(new URL('./seal-4-gib.ts', import.meta.url));
    // It ends by itself: threads that have nothing to do keep no process.
    const { stdout } = await promisify(execFile)(process.execPath, [program, folder]);
    const { bytes, atRestBytes, peakBytes } = JSON.parse(stdout) as Taken;
    expect(bytes).toBe(4096 * MIB);
    expect(peakBytes - atRestBytes).toBeLessThan(64 * MIB);
  } finally {
    await rm(folder, { recursive: true });
  }
});
