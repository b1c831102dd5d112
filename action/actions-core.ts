/** GitHub's runner, behind one file: the only importer of @actions/core. Whatever it prints is made harmless first. */
import * as core from '@actions/core';
import type { Log } from './client/environment.ts';
import { BrokenError } from './client/errors.ts';
import { plainText } from './plain-text.ts';

export const log: Log = {
  line: (text) => core.info(plainText(text)),
  warning: (text) => core.warning(plainText(text)),
  startGroup: (title) => core.startGroup(plainText(title)),
  endGroup: () => core.endGroup(),
  mask: (secret) => core.setSecret(secret),
};

/** An input, trimmed; '' where it is not given. */
export function readInput(name: string): string {
  return core.getInput(name);
}

export function setOutput(name: string, value: string | number): void {
  core.setOutput(name, value);
}

/**
 * A fresh OIDC token for this audience; the toolkit masks it and tries again by itself.
 *
 * @throws BrokenError
 */
export async function getIdToken(audience: string): Promise<string> {
  try {
    return await core.getIDToken(audience);
  } catch (error) {
    throw new BrokenError(`GitHub gave no id token: ${(error as Error).message.replace(/\s+/g, ' ')}`, error);
  }
}

/** Marks the step as failed, says why, and sets the exit code. */
export function fail(message: string, exitCode: number): void {
  core.error(plainText(message));
  process.exitCode = exitCode;
}

export async function writeSummary(markdown: string): Promise<void> {
  await core.summary.addRaw(markdown).write();
}

/** What the post step, a new process, gets to know of this one. The runner keeps it in a file. */
type State = { server: string; runId: string; cancelHandle: string };

export function saveState(state: State): void {
  core.setSecret(state.cancelHandle);
  for (const [name, value] of Object.entries(state)) core.saveState(name, value);
}

/** Says that nothing is left for the post step to do. */
export function saveFinished(): void {
  core.saveState('finished', 'true');
}

/** The run that main left behind; null where there is none. */
export function readUnfinished(): State | null {
  const state = {
    server: core.getState('server'),
    runId: core.getState('runId'),
    cancelHandle: core.getState('cancelHandle'),
  };
  if (core.getState('finished') === 'true' || Object.values(state).includes('')) return null;
  core.setSecret(state.cancelHandle);
  return state;
}
