/** The options of a command, as they were given. */
import { UsageError } from './usage-error.ts';

/** What a command says: to a person, and with `--json` to a program. */
export type Told = { text: string; json: unknown };

export type Options = Readonly<Record<string, string | undefined>>;

/** @throws UsageError */
export function required(options: Options, name: string): string {
  const value = options[name];
  if (!value) throw new UsageError(`Give --${name}.`);
  return value;
}
