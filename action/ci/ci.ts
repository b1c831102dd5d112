/** What a CI vendor can tell about the job that runs: one file per vendor reads it, from an environment that is passed in. */
import type { StartRunInput } from '../../backend/contract/runs.ts';

export type CiContext = {
  commit: StartRunInput['commit'];
  changeRequest: NonNullable<StartRunInput['changeRequest']> | null;
  /** The commit comes from another repository than the one that pays for the devices. */
  fromFork: boolean;
  /** Why the CI gives this job no OIDC token, in a sentence that says what to do; null where it does. */
  noIdToken: string | null;
  /** The folder that paths in the inputs start from. */
  folder: string;
};

export type CiVendor = {
  name: string;
  detect(env: Env): boolean;
  /** `readFile` reads a text file of the vendor's, such as an event's payload. */
  read(env: Env, readFile: (path: string) => Promise<string>): Promise<CiContext>;
};

export type Env = Readonly<Record<string, string | undefined>>;

/** The length that the server takes, in characters; a commit's title is anybody's text. */
export function oneLine(text: string | undefined, length: number): string | undefined {
  const line = (text ?? '')
    .split(/[\r\n]/, 1)[0]
    ?.replace(/\p{Cc}/gu, ' ')
    .trim()
    .slice(0, length)
    .toWellFormed();
  return line || undefined;
}
