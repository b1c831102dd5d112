/** Which processes a process has started, as Linux's /proc tells. */
import { readdir } from 'node:fs/promises';
import { findProcess, isAlive, type ProcessName } from '../../farms/command/process.ts';

export type { ProcessName };

/** Children and their children, without the process itself. */
export async function descendantsOf(pid: number): Promise<ProcessName[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = pids.map(findProcess).filter((found) => found !== null);
  const found: ProcessName[] = [];
  for (const parents = [pid]; parents.length > 0; ) {
    const parent = parents.pop();
    for (const child of all.filter((each) => each.parent === parent)) {
      found.push({ pid: child.pid, startedAt: child.startedAt });
      parents.push(child.pid);
    }
  }
  return found;
}

/** Those that have not ended. */
export const stillAlive = (processes: readonly ProcessName[]): ProcessName[] => processes.filter(isAlive);
