/** What a submission needs from the machine that it runs on. The shells give it; tests give their own. */

export type Log = {
  line(text: string): void;
  warning(text: string): void;
  startGroup(title: string): void;
  endGroup(): void;
  /** Asks the CI to blot this out wherever it would appear in the log. */
  mask(secret: string): void;
};

export type Clock = {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after so many milliseconds, or at once when the signal is aborted. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
};

export type Environment = {
  fetch: typeof fetch;
  /** A fresh OIDC token of the CI for this audience. */
  getIdToken(audience: string): Promise<string>;
  log: Log;
  clock: Clock;
  /** From 0 to 1, for jitter. */
  random(): number;
  /** Aborted when the CI job is cancelled. */
  signal: AbortSignal;
};
