/** Runs a program and tells what it took. */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

export type Took = {
  ms: number;
  /** Null where the system does not tell. */
  peakBytes: number | null;
};

type Options = { env?: NodeJS.ProcessEnv; stdin?: number };

/** Milliseconds between two looks at its memory. */
const LOOK = 5;

/** @throws Error with code ENOENT where there is no such program, and one with what it said when it fails */
export async function measuredRun(program: string, args: readonly string[], options: Options = {}): Promise<Took> {
  const startedAt = performance.now();
  const { env = process.env, stdin = 'ignore' } = options;
  const child = spawn(program, args, { env, stdio: [stdin, 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.on('data', (piece: Buffer) => {
    said += piece;
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => (code === 0 ? resolve() : reject(new Error(`${program} ended with ${code}: ${said}`))));
  });
  let isOver = false;
  const over = (): void => {
    isOver = true;
  };
  ended.then(over, over);
  let peakBytes: number | null = null;
  while (!isOver && child.pid !== undefined) {
    peakBytes = (await peakOf(child.pid)) ?? peakBytes;
    await sleep(LOOK);
  }
  await ended;
  return { ms: performance.now() - startedAt, peakBytes };
}

/** Bytes that a process held at most so far: its own, not that of the one which started it, as `getrusage` may tell. */
export async function peakOf(pid: number | 'self'): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '');
  const kilobytes = /VmHWM:\s+(\d+) kB/.exec(status)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1024;
}
