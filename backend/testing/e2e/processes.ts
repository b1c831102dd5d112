/** Which processes a process has started, as Linux's /proc tells. */
import { readdir, readFile } from 'node:fs/promises';

export type ProcessName = {
  pid: number /** Clock ticks since boot: a pid that is used again has another. */;
  startedAt: string;
};

async function readProcess(pid: number): Promise<(ProcessName & { parent: number }) | null> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return null;
  // The name, in brackets, may hold spaces and brackets of its own.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // Z: it has ended, and nobody has asked how.
  if (fields[0] === 'Z') return null;
  return { pid, parent: Number(fields[1]), startedAt: fields[19] ?? '' };
}

/** Children and their children, without the process itself. */
export async function descendantsOf(pid: number): Promise<ProcessName[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const all = (await Promise.all(pids.map(readProcess))).filter((found) => found !== null);
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
export async function stillAlive(processes: readonly ProcessName[]): Promise<ProcessName[]> {
  const now = await Promise.all(processes.map(({ pid }) => readProcess(pid)));
  return processes.filter((each, index) => now[index]?.startedAt === each.startedAt);
}
