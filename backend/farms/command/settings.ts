/** What a connection to a command is made of: its name. What is run is the operator's word alone. */
import * as z from 'zod/mini';
import type { Framework } from '../../contract/terms.ts';
import { FarmError } from '../port.ts';
import { readSettings } from '../read-settings.ts';

/** A program that the operator lets a tenant's runs start on this machine. */
export type AllowedCommand = {
  name: string;
  /** Program and arguments; no shell reads them. */
  argv: readonly string[];
  frameworks: readonly Framework[];
  /** Globs in the job's folder: of JUnit reports, and of files to keep. */
  results: readonly string[];
  evidence: readonly string[];
  /** Names of variables that a run may set; `*` at the end for any ending. */
  env: readonly string[];
  /** The program's PATH. */
  path: string;
  parallelJobs: number;
  maxTimeoutMs: number;
};

const Settings = z.strictObject({ command: z.string().check(z.minLength(1), z.maxLength(100)) });

/** @throws FarmError `refused` */
export function commandOf(settings: unknown, allowed: readonly AllowedCommand[]): AllowedCommand {
  const { command } = readSettings(Settings, settings, 'settings', 'a command');
  const found = allowed.find(({ name }) => name === command);
  if (!found) throw new FarmError('refused', `the operator of this server allows no command "${command}" here`);
  return found;
}

/** @throws FarmError `refused` for a variable that the operator has not named: one may change what the program does */
export function requireVariables(env: Readonly<Record<string, string>>, { env: allowed }: AllowedCommand): void {
  const isAllowed = (name: string): boolean =>
    allowed.some((each) => (each.endsWith('*') ? name.startsWith(each.slice(0, -1)) : name === each));
  const wrong = Object.keys(env).find((name) => !isAllowed(name) || !/^[A-Za-z_]\w{0,100}$/.test(name));
  if (wrong !== undefined) throw new FarmError('refused', `the operator lets no run set the variable ${wrong}`);
}
