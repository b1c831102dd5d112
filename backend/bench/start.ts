/** What the step costs before it does anything: the bundle without inputs against an empty program, by turns. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { byTurns, type Figure } from './by-turns.ts';

const STEP = fileURLToPath(new URL('../../dist/action/index.js', import.meta.url));

export async function start(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'devicelane-start-'));
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, '');
  const run = (file: string) => async () => {
    spawnSync(process.execPath, [file], { env: {} });
  };
  try {
    return await byTurns({ 'the step': run(STEP), 'an empty program': run(empty) }, { rounds: 31 });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
