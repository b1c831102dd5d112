/**
 * What the step costs before it does anything: `dist/action/index.js` without inputs against an empty program, by turns.
 *
 * `node .github/build/start-cost.ts` prints both medians and the ratio. It is no test: times belong to a machine.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROUNDS = 31;
const step = fileURLToPath(new URL('../../dist/action/index.js', import.meta.url));

/** Milliseconds from the start of the process to its end. */
function time(file: string): number {
  const started = performance.now();
  spawnSync(process.execPath, [file], { env: {} });
  return performance.now() - started;
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const folder = mkdtempSync(join(tmpdir(), 'devicelane-start-'));
try {
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, '');
  const times = Array.from({ length: ROUNDS }, () => ({ empty: time(empty), step: time(step) }));
  const base = median(times.map((round) => round.empty));
  const own = median(times.map((round) => round.step));
  console.log(`empty program: ${base.toFixed(1)} ms`);
  console.log(
    `the step:      ${own.toFixed(1)} ms (${(own - base).toFixed(1)} ms more, ratio ${(own / base).toFixed(2)})`,
  );
} finally {
  rmSync(folder, { recursive: true });
}
