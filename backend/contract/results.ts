/** Test results as they travel: one row for each test on each job, with its attempts. */
import * as z from 'zod/mini';
import { idSchema } from './ids.ts';
import { EvidenceKind, TestOutcome } from './terms.ts';

export const TestAttempt = z.object({
  attempt: z.int(),
  outcome: TestOutcome,
  /** Milliseconds. */
  durationMs: z.int(),
  message: z.nullable(z.string()),
  stack: z.nullable(z.string()),
});

export const TestResult = z.object({
  suite: z.string(),
  name: z.string(),
  jobId: idSchema('job'),
  farm: z.string(),
  device: z.string(),
  /** After all attempts. */
  outcome: z.enum(['passed', 'failed', 'flaky', 'skipped']),
  /** A failure that the base run does not have. */
  isNew: z.boolean(),
  attempts: z.array(TestAttempt),
});
export type TestResult = z.infer<typeof TestResult>;

export const Evidence = z.object({
  evidenceId: idSchema('evidence'),
  jobId: idSchema('job'),
  /** Which try of the job left it, counted from 1. */
  attempt: z.int(),
  kind: EvidenceKind,
  name: z.string(),
  contentType: z.string(),
  size: z.int(),
});
export type Evidence = z.infer<typeof Evidence>;

export const ResultPage = z.object({
  results: z.array(TestResult),
  evidence: z.array(Evidence),
  cursor: z.nullable(z.string()),
});
export type ResultPage = z.infer<typeof ResultPage>;
