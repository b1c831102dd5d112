/** How a job stands, by what its folder says and which of its processes live. */
import { hostname } from 'node:os';
import { Child, Claim, type Exit, FILES, isHeard, readNote, Exit as WrittenExit } from './job-folder.ts';
import { bootId, isAlive, killGroup } from './process.ts';

export type Seen =
  | { state: 'unclaimed' }
  | { state: 'running' }
  | { state: 'ended'; exit: Exit }
  | { state: 'lost'; reason: string };

export async function look(folder: string): Promise<Seen> {
  const exit = await readNote(folder, FILES.exit, WrittenExit);
  if (exit) return { state: 'ended', exit };
  const claim = await readNote(folder, FILES.claim, Claim);
  if (!claim) return { state: 'unclaimed' };
  if (claim.host !== hostname()) {
    if (await isHeard(folder)) return { state: 'running' };
    return { state: 'lost', reason: 'The machine that ran the command is silent.' };
  }
  if (claim.bootId !== bootId()) return { state: 'lost', reason: 'The machine was restarted while the command ran.' };
  if (isAlive(claim)) return { state: 'running' };
  // It may have written its last word between the two looks.
  const late = await readNote(folder, FILES.exit, WrittenExit);
  if (late) return { state: 'ended', exit: late };
  await endOrphans(folder);
  return { state: 'lost', reason: 'What watched over the command was killed.' };
}

/** The program of a supervisor that is gone: nobody reads its end, and it must not go on. */
export async function endOrphans(folder: string): Promise<void> {
  const child = await readNote(folder, FILES.child, Child);
  if (child) killGroup(child, 'SIGKILL');
}
