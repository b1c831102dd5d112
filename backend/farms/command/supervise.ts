/**
 * Runs one job's program and writes down how it ended: a process of its own, so that a backend that dies takes no run with
 * it. Its environment is the program's; it is given the job's folder.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, open, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Exit, FILES, isThere, Plan, readNote, writeNote } from './job-folder.ts';
import { bootId, findProcess, killGroup, type ProcessName } from './process.ts';

const LOOK_MS = 250;
const BEAT_MS = 5_000;
/** From asking a program to end until it is made to. */
const GRACE_MS = 5_000;
/** For the last of the output to come. */
const DRAIN_MS = 2_000;

const folder = process.argv[2] ?? '';

/** False when another supervisor has the job. */
async function claim(): Promise<boolean> {
  const file = await open(join(folder, FILES.claim), 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return null;
    throw error;
  });
  if (!file) return false;
  const own = findProcess(process.pid);
  await file.writeFile(JSON.stringify({ host: hostname(), bootId: bootId(), ...own }));
  await file.sync();
  await file.close();
  return true;
}

async function run(plan: Plan): Promise<Exit> {
  const startedAt = performance.now();
  const [program = '', ...args] = plan.argv;
  const work = join(folder, FILES.work);
  await mkdir(work, { recursive: true, mode: 0o700 });
  const child = spawn(program, args, { cwd: work, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<{ code: number | null; signal: string | null } | null>((resolve) => {
    child.once('error', () => resolve(null));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  // Before anything is waited for: a program may be over by then.
  const kept = keepOutput(child, plan.maxOutput);
  const leader = child.pid === undefined ? null : findProcess(child.pid);
  if (leader) await writeNote(folder, FILES.child, leader);
  const watching = leader && watch(leader, startedAt + plan.timeoutMs);
  const exit = await ended;
  const why = watching ? watching.end() : 'ended';
  // What it started and left behind.
  if (child.pid !== undefined) killLeftovers(child.pid);
  // What left the group may hold its output open for ever.
  await Promise.race([kept, sleep(DRAIN_MS)]);
  const ranMs = Math.round(performance.now() - startedAt);
  return exit ? { ...exit, ranMs, why } : { code: null, signal: null, ranMs: 0, why: 'not_started' };
}

/** The first bytes of what the program says; a program that says more is not stopped by it. */
function keepOutput(child: ChildProcess, max: number): Promise<unknown> {
  const file = createWriteStream(join(folder, FILES.output), { mode: 0o600 });
  let left = max;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (piece: Buffer) => {
      if (left > 0) file.write(piece.subarray(0, left));
      left -= piece.length;
    });
  }
  child.once('close', () => file.end());
  return finished(file).catch(() => undefined);
}

/** Ends the program when its time is up or somebody wants it to, first asked and then made to. */
function watch(leader: ProcessName, deadline: number): { end(): Exit['why'] } {
  let why: Exit['why'] = 'ended';
  let killAt = Number.POSITIVE_INFINITY;
  let beatAt = 0;
  const look = async (): Promise<void> => {
    const now = performance.now();
    if (now >= beatAt) {
      beatAt = now + BEAT_MS;
      await utimes(join(folder, FILES.heartbeat), new Date(), new Date()).catch(() => undefined);
    }
    if (why === 'ended') {
      if (await isThere(join(folder, FILES.stop))) why = 'stopped';
      else if (now >= deadline) why = 'timed_out';
      if (why !== 'ended') {
        killAt = now + GRACE_MS;
        killGroup(leader, 'SIGTERM');
      }
    } else if (now >= killAt) killGroup(leader, 'SIGKILL');
  };
  const timer = setInterval(() => void look(), LOOK_MS);
  return {
    end() {
      clearInterval(timer);
      return why;
    },
  };
}

/** The leader has ended, so its group is asked for by number; as long as a member lives the number is not used again. */
function killLeftovers(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch {
    // There are none.
  }
}

const plan = await readNote(folder, FILES.plan, Plan);
if (plan && (await claim())) {
  await writeFile(join(folder, FILES.heartbeat), '', { mode: 0o600 });
  await writeNote(folder, FILES.exit, await run(plan));
}
process.exit();
