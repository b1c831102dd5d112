/** Processes by pid and the time that they began: a pid alone is used again. Source: proc_pid_stat(5). */
import { readFileSync } from 'node:fs';

/** `startedAt`: clock ticks since boot. */
export type ProcessName = { pid: number; startedAt: string };

/** Null for one that has ended, also where nobody has asked yet how. */
export function findProcess(pid: number): (ProcessName & { parent: number }) | null {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  // The name, in brackets, may hold spaces and brackets of its own.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? null : { pid, parent: Number(fields[1]), startedAt: fields[19] ?? '' };
}

export const isAlive = ({ pid, startedAt }: ProcessName): boolean => findProcess(pid)?.startedAt === startedAt;

/** Ends a process's whole group, if it is still that process's. */
export function killGroup(leader: ProcessName, signal: NodeJS.Signals): void {
  if (!isAlive(leader)) return;
  try {
    process.kill(-leader.pid, signal);
  } catch {
    // It ended meanwhile.
  }
}

/** Changes with each start of the machine. */
export const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
