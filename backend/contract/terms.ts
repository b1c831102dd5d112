/** The words of the domain that travel over the wire, each a closed list. */
import * as z from 'zod/mini';

/** What an uploaded build file is. */
export const ArtifactKind = z.enum(['apk', 'aab', 'ipa', 'test_apk', 'xctest_zip', 'maestro_zip']);
export type ArtifactKind = z.infer<typeof ArtifactKind>;

export const Framework = z.enum(['instrumentation', 'xcuitest', 'maestro', 'appium', 'robo', 'inspection', 'command']);
export type Framework = z.infer<typeof Framework>;

/** What a job leaves behind. */
export const EvidenceKind = z.enum([
  'video',
  'screenshot',
  'app_log',
  'device_log',
  'network_log',
  'crash_log',
  'session_log',
  'performance',
  'report',
]);
export type EvidenceKind = z.infer<typeof EvidenceKind>;

/** How one test case ended in one attempt. */
export const TestOutcome = z.enum(['passed', 'failed', 'errored', 'skipped']);
export type TestOutcome = z.infer<typeof TestOutcome>;

/** A run's life. `planned`: accepted; `queued`: given to the farms; `running`: a device has started. */
export const RunState = z.enum(['planned', 'queued', 'running', 'cancelling', 'finished']);
export type RunState = z.infer<typeof RunState>;

/** A job's life. `starting`: an intent to start it is written; `collecting`: the farm is done, its results are fetched. */
export const JobState = z.enum(['planned', 'starting', 'queued', 'running', 'cancelling', 'collecting', 'finished']);
export type JobState = z.infer<typeof JobState>;

export const FailOn = z.enum(['new', 'any', 'never']);
export type FailOn = z.infer<typeof FailOn>;
