/** Compiled code, kept from one start to the next: taking the types out and compiling is most of what a start costs. */
import { enableCompileCache, flushCompileCache } from 'node:module';
import { join } from 'node:path';
import { Worker, type WorkerOptions } from 'node:worker_threads';

/** Beside the packages, where nobody else writes: who can write there could change the program as well. */
const FOLDER = join(import.meta.dirname, '..', 'node_modules', '.cache', 'devicelane');

/**
 * Loads a program from what was kept, and keeps at once what was not: a server that is killed does nothing at its end. Where
 * nothing can be written, it is compiled as before.
 */
export async function loadKept<T>(load: () => Promise<T>): Promise<T> {
  enableCompileCache(FOLDER);
  const program = await load();
  flushCompileCache();
  return program;
}

/** Starts a thread whose program is loaded so: what a process is told of this is not for its threads. */
export function startThread(program: URL, options: Omit<WorkerOptions, 'eval' | 'workerData'>): Worker {
  const workerData: Start = { folder: FOLDER, program: program.href };
  return new Worker(`(${load})()`, { ...options, eval: true, workerData });
}

type Start = { folder: string; program: string };

/** The whole program of a thread, of which its source is given: so it names nothing from outside of itself. */
function load(): void {
  const { folder, program } = process.getBuiltinModule('node:worker_threads').workerData as Start;
  process.getBuiltinModule('node:module').enableCompileCache(folder);
  void import(program);
}
