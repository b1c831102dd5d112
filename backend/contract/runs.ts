/** Runs as they travel: what starts one, how it stands, and the events that follow it. */
import * as z from 'zod/mini';
import { idSchema } from './ids.ts';
import { FailOn, Framework, JobState, RunState } from './terms.ts';
import { Verdict } from './verdicts.ts';

const Line = (max: number) => z.string().check(z.minLength(1), z.maxLength(max), z.regex(/^[^\p{Cc}]*$/u));
const Sha = z.string().check(z.regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/));

export const Commit = z.strictObject({
  /** The commit that the check belongs on: a pull request's head, never its merge commit. */
  sha: Sha,
  branch: z.optional(Line(255)),
  title: z.optional(Line(500)),
});

export const ChangeRequest = z.strictObject({
  number: z.int().check(z.positive()),
  baseBranch: Line(255),
  baseSha: z.optional(Sha),
});

export const StartRun = z.strictObject({
  artifacts: z
    .array(z.strictObject({ artifactId: idSchema('artifact'), role: z.enum(['app', 'tests']) }))
    .check(z.minLength(1), z.maxLength(2)),
  /** Names of farm connections; none: the project's default. */
  farms: z._default(z.array(Line(100)).check(z.maxLength(10)), []),
  framework: z._default(z.union([z.literal('auto'), Framework]), 'auto'),
  /** `model @ os [, orientation] [, locale=…]`; none: the farm's default device. */
  devices: z._default(z.array(Line(200)).check(z.maxLength(100)), []),
  shards: z._default(z.union([z.literal('auto'), z.int().check(z.minimum(1), z.maximum(100))]), 'auto'),
  retries: z._default(z.int().check(z.minimum(0), z.maximum(10)), 0),
  env: z._default(z.record(z.string().check(z.regex(/^[A-Za-z_]\w{0,99}$/)), z.string().check(z.maxLength(4096))), {}),
  /** Minutes from the first device's start. */
  timeout: z._default(z.int().check(z.minimum(1), z.maximum(1440)), 30),
  /** Minutes to wait for devices. */
  queueTimeout: z._default(z.int().check(z.minimum(1), z.maximum(1440)), 30),
  failOn: z._default(FailOn, 'new'),
  /** The check's name: distinct names for distinct suites. */
  name: z._default(Line(100), 'Devicelane'),
  /** `false`: the step leaves after dispatch, and the check on the pull request is the gate. */
  wait: z._default(z.boolean(), true),
  commit: Commit,
  changeRequest: z.optional(ChangeRequest),
});
export type StartRun = z.infer<typeof StartRun>;
/** What a client may write: what has a default may be left out. */
export type StartRunInput = z.input<typeof StartRun>;

export const StartedRun = z.object({
  runId: idSchema('run'),
  reportUrl: z.string(),
  /** Reads and cancels this run, on the same key. */
  handle: z.string(),
  /** Cancels this run and nothing else, without a key: for a post step, which is a new process. */
  cancelHandle: z.string(),
});
export type StartedRun = z.infer<typeof StartedRun>;

export const RerunRun = z.strictObject({
  /** `failed`: only the jobs that did not pass; the others passed on these very files already. */
  only: z._default(z.enum(['all', 'failed']), 'all'),
});
export type RerunRun = z.infer<typeof RerunRun>;

export const Counts = z.object({
  total: z.int(),
  passed: z.int(),
  failed: z.int(),
  newFailures: z.int(),
  flaky: z.int(),
  skipped: z.int(),
});
export type Counts = z.infer<typeof Counts>;

export const JobView = z.object({
  jobId: idSchema('job'),
  farm: z.string(),
  device: z.string(),
  shard: z.object({ index: z.int(), count: z.int() }),
  state: JobState,
  /** Null until the job is finished. */
  verdict: z.nullable(Verdict),
  counts: z.nullable(Counts),
  /** Why it errored, timed out or is invalid; in the farm's words. */
  reason: z.nullable(z.string()),
  /** How often it was given to the farm: for failed tests, or because the farm broke. */
  tries: z.int(),
  /** The job's page at the farm, where there is one. */
  consoleUrl: z.nullable(z.string()),
  /** Whether the farm has forgotten what it was given and what it made; `stuck`: it is asked for long, and does not. */
  farmForgot: z.optional(z.enum(['not_yet', 'done', 'stuck'])),
});
export type JobView = z.infer<typeof JobView>;

export const RunView = z.object({
  runId: idSchema('run'),
  name: z.string(),
  state: RunState,
  verdict: z.nullable(Verdict),
  /** What the step exits with; null until the run is finished. */
  exitCode: z.nullable(z.int()),
  /** One line that says how it stands or ended: the check's title. */
  title: z.string(),
  /** `stale`: the farm has not answered for a while; `needs_attention`: an unknown outcome that nobody can look up. */
  attention: z.nullable(z.enum(['stale', 'needs_attention'])),
  failOn: FailOn,
  commit: z.object({ sha: z.string(), branch: z.nullable(z.string()), title: z.nullable(z.string()) }),
  changeRequest: z.nullable(z.object({ number: z.int(), baseBranch: z.string() })),
  counts: z.nullable(Counts),
  deviceMinutes: z.number(),
  jobs: z.array(JobView),
  artifacts: z.array(z.object({ artifactId: idSchema('artifact'), role: z.enum(['app', 'tests']) })),
  reportUrl: z.string(),
  createdAt: z.iso.datetime(),
  finishedAt: z.nullable(z.iso.datetime()),
});
export type RunView = z.infer<typeof RunView>;

export const RunList = z.object({ runs: z.array(RunView), cursor: z.nullable(z.string()) });

/** One server-sent event: `event: change`, `id`: its number in the run, counted from 1. */
export const RunChange = z.object({
  state: RunState,
  verdict: z.nullable(Verdict),
  /** The job that changed, where it was one. */
  job: z.nullable(z.pick(JobView, { jobId: true, farm: true, device: true, state: true, verdict: true })),
  at: z.iso.datetime(),
});
export type RunChange = z.infer<typeof RunChange>;
