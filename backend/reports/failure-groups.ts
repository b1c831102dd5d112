/** The same test failing on several devices is one thing to read. */
import type { TestResult } from '../contract/results.ts';

export type FailureGroup = {
  name: string;
  devices: string[];
  /** One line of what the test said; null when it said nothing. */
  message: string | null;
  /** What it said in full, with its stack. */
  detail: string | null;
  attempts: number;
};

/** Groups by suite and name, in the order of the results; the first device's words stand for all. */
export function groupFailures(results: readonly TestResult[]): FailureGroup[] {
  const groups = Map.groupBy(results, (result) => `${result.suite}\0${result.name}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first) return [];
    const failed = first.attempts.findLast((attempt) => attempt.outcome === 'failed' || attempt.outcome === 'errored');
    const message = failed?.message?.trim() || null;
    const stack = failed?.stack?.trim() || null;
    return [
      {
        name: first.suite === '' ? first.name : `${first.suite} › ${first.name}`,
        devices: [...new Set(group.map((result) => result.device))],
        message: message ?? stack?.split('\n', 1)[0] ?? null,
        // A stack often begins with the message.
        detail: message && stack && !stack.includes(message) ? `${message}\n${stack}` : (stack ?? message),
        attempts: first.attempts.length,
      },
    ];
  });
}
