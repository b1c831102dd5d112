/** The fake farm's own API, as its adapter and its service speak it. */
import * as z from 'zod/mini';
import { EvidenceKind, TestOutcome } from '../../contract/terms.ts';

const File = z.object({ uploadId: z.string(), name: z.string() });

export const StartRun = z.object({
  name: z.nullable(z.string()),
  app: File,
  tests: z.nullable(File),
  device: z.object({ model: z.string(), os: z.nullable(z.string()) }),
  framework: z.string(),
  env: z.record(z.string(), z.string()),
  shard: z.object({ index: z.int(), count: z.int() }),
  /** `suite` or `suite#name` of the tests to run; null for all. */
  only: z.nullable(z.array(z.string())),
  except: z.array(z.string()),
  /** Told once when the run has ended. */
  callback: z.nullable(z.string()),
});

export const StartedRun = z.object({ runId: z.string() });
export const RunList = z.object({ runs: z.array(StartedRun) });

export const RunStatus = z.object({
  state: z.enum(['queued', 'running', 'ended']),
  outcome: z.nullable(z.enum(['completed', 'errored', 'timed_out', 'cancelled', 'invalid'])),
  reason: z.nullable(z.string()),
  deviceMs: z.nullable(z.number()),
});

export const TestPage = z.object({
  total: z.int(),
  tests: z.array(
    z.object({
      suite: z.string(),
      name: z.string(),
      outcome: TestOutcome,
      durationMs: z.number(),
      message: z.nullable(z.string()),
      stack: z.nullable(z.string()),
    }),
  ),
  next: z.nullable(z.int()),
  evidence: z.array(z.object({ name: z.string(), kind: EvidenceKind, contentType: z.string() })),
});

export const PAGE_TESTS = 100;
