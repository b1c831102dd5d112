/**
 * 4 GiB, taken into a folder as an upload takes them, in parts and then whole, in a process of its own: how long that takes,
 * and how much memory the process has at most.
 */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export type Taken = { bytes: number; partsMs: number; wholeMs: number; atRestBytes: number; peakBytes: number };

const run = promisify(execFile);
const PROGRAM = fileURLToPath(new URL('./seal-4-gib-program.ts', import.meta.url));

/** As a server has it that was started before. The process ends by itself: threads that have nothing to do keep none. */
export async function sealFourGib(folder: string): Promise<Taken> {
  await run(process.execPath, [PROGRAM]);
  const { stdout } = await run(process.execPath, [PROGRAM, folder]);
  return JSON.parse(stdout) as Taken;
}
