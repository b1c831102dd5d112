/** What the fake farm's devices will do: decided by the test, per run. */
import { createHash } from 'node:crypto';
import type { EvidenceKind, TestOutcome } from '../../contract/terms.ts';

export type RunRequest = {
  /** The adapter's key; null from an adapter that names nothing. */
  name: string | null;
  app: { name: string; sha256: string };
  tests: { name: string; sha256: string } | null;
  device: { model: string; os: string | null };
  framework: string;
  env: Record<string, string>;
  shard: { index: number; count: number };
  only: string[] | null;
  except: string[];
  callback: string | null;
};

export type PlannedTest = {
  suite: string;
  name: string;
  outcome: TestOutcome;
  durationMs: number;
  message?: string;
  stack?: string;
};

export type Plan = {
  /** Milliseconds of the farm's clock. */
  queueMs: number;
  runMs: number;
  outcome: 'completed' | 'errored' | 'timed_out' | 'invalid';
  reason?: string;
  tests: PlannedTest[];
  evidence: { name: string; kind: EvidenceKind; contentType: string; content: string }[];
};

/** Of the plan only the tests that are asked for. */
export function selectTests(plan: Plan, { only, except }: RunRequest): Plan {
  const tests = plan.tests.filter(({ suite, name }) => {
    const isNamed = (names: string[]): boolean => names.includes(suite) || names.includes(`${suite}#${name}`);
    return (only === null || isNamed(only)) && !isNamed(except);
  });
  return { ...plan, tests };
}

/** Three tests that pass, with durations that only the seed and the device decide. */
export function passingPlan(request: RunRequest, seed: number): Plan {
  const tests = ['opens', 'signs in', 'shows the list'].map(
    (name): PlannedTest => ({
      suite: 'com.example.AppTest',
      name,
      outcome: 'passed',
      durationMs: durationOf(`${seed} ${request.device.model} ${name}`),
    }),
  );
  const log = { name: 'device.log', kind: 'device_log', contentType: 'text/plain' } as const;
  return {
    queueMs: 1000,
    runMs: tests.reduce((sum, test) => sum + test.durationMs, 0),
    outcome: 'completed',
    tests,
    evidence: [{ ...log, content: `${request.device.model} ran ${request.app.name}\n` }],
  };
}

function durationOf(text: string): number {
  return 200 + (createHash('sha256').update(text).digest().readUInt16LE(0) % 2000);
}
