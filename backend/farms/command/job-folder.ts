/** A job's folder on the worker: what is in it, and how it is read by whoever looks. Everything of a job is in there. */
import { randomUUID } from 'node:crypto';
import { readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';

/** How long a supervisor of another machine may be silent. */
const SILENCE_MS = 60_000;

export const FILES = {
  /** What is run: argv and bounds. No variables: they may be secrets. */
  plan: 'plan.json',
  /** Made once, by the one supervisor that runs the job. */
  claim: 'claim.json',
  child: 'child.json',
  /** Touched while the supervisor lives. */
  heartbeat: 'heartbeat',
  /** Somebody wants the job to end. */
  stop: 'stop',
  exit: 'exit.json',
  output: 'output.log',
  /** The program's own folder. */
  work: 'work',
} as const;

export const Plan = z.object({
  argv: z.array(z.string()).check(z.minLength(1)),
  timeoutMs: z.number(),
  maxOutput: z.number(),
});
export type Plan = z.infer<typeof Plan>;
export const Claim = z.object({ host: z.string(), bootId: z.string(), pid: z.number(), startedAt: z.string() });
export const Child = z.object({ pid: z.number(), startedAt: z.string() });
export const Exit = z.object({
  code: z.nullable(z.number()),
  signal: z.nullable(z.string()),
  /** Milliseconds that it ran. */
  ranMs: z.number(),
  why: z.enum(['ended', 'timed_out', 'stopped', 'not_started']),
});
export type Exit = z.infer<typeof Exit>;

/** Null where the file is not there, or not whole yet. */
export async function readNote<T>(folder: string, file: string, schema: z.ZodMiniType<T>): Promise<T | null> {
  const text = await readFile(join(folder, file), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Whole, or not at all. */
export async function writeNote(folder: string, file: string, note: object): Promise<void> {
  const path = join(folder, file);
  const unseen = `${path}.${randomUUID()}`;
  await writeFile(unseen, JSON.stringify(note), { mode: 0o600, flush: true });
  await rename(unseen, path);
}

export async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Whether the supervisor of another machine, of which only the folder is shared, has been heard. */
export async function isHeard(folder: string): Promise<boolean> {
  const beat = await stat(join(folder, FILES.heartbeat)).catch(() => null);
  return beat !== null && Date.now() - beat.mtimeMs < SILENCE_MS;
}
