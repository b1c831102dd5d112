import type { ApkFacts } from '../../apk/build-facts.ts';

/** What the checks hold an app against. */
export type Rules = {
  minSdk: number;
  targetSdk: number;
  /** Of the file. */
  maxBytes: number;
  /** Sensitive permissions that the app may ask for. */
  permissions: readonly string[];
  /**
   * `debug`: made for developers, debuggable and signed with a debug certificate. `release`: anything else, for which
   * either of the two alone is a mistake worth a failure.
   */
  profile: 'debug' | 'release';
};

export type Finding = {
  /** The same for every app and version, so that a base run can be compared. */
  name: string;
  outcome: 'passed' | 'failed' | 'skipped';
  /** One sentence: what is so, and for a failure what would be right. */
  message: string | null;
  /** What was seen, a line each. */
  detail: readonly string[];
};

/** One suite of findings. Pure: the same facts give the same findings. */
export type Check = { suite: string; run(apk: ApkFacts, rules: Rules): Finding[] };

export function passed(name: string, message: string | null = null): Finding {
  return { name, outcome: 'passed', message, detail: [] };
}

export function failed(name: string, message: string, detail: readonly string[] = []): Finding {
  return { name, outcome: 'failed', message, detail };
}

export function skipped(name: string, message: string): Finding {
  return { name, outcome: 'skipped', message, detail: [] };
}
