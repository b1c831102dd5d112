/**
 * What every device farm looks like from inside: an adapter declares its features as data and speaks this interface.
 *
 * Calls that start, bill or delete something carry the job's key, so that an unknown outcome can be looked up.
 */
import type { ArtifactKind, EvidenceKind, Framework, TestOutcome } from '../contract/terms.ts';

/** What deletion means at a farm: asked and checked, asked only, or gone by itself after so many days. */
export type Forgetting = { how: 'verified' } | { how: 'requested' } | { how: 'expires'; days: number };

export type FarmFeatures = {
  /** `idempotent`: the same key starts once. `lookup`: a started job is found by its key. `blind`: neither. */
  start: 'idempotent' | 'lookup' | 'blind';
  stop: boolean;
  /** Whether it says by itself when a job has ended. */
  webhook: boolean;
  /** Frameworks whose tests are passed an environment. */
  env: readonly Framework[];
  /** Frameworks whose single tests, or at least their suites, can be named, so that only those that failed are tried again. */
  filter: readonly Framework[];
  /** Whether tests can be left out by name: shards by past timings then lose no test that is new. */
  excludes: boolean;
  /** `uniform`: each shard is a job of its own; `server`: the farm spreads one job over devices, and knows better how. */
  shards: 'none' | 'uniform' | 'server';
  /** Frameworks whose tests are sharded so. */
  sharded: readonly Framework[];
  /** Whether the farm itself tries failed tests again inside one job, and tells the attempts apart. */
  retries: boolean;
  frameworks: readonly Framework[];
  /** Those of them that run without a file of tests. */
  withoutTests: readonly Framework[];
  artifacts: readonly ArtifactKind[];
  forgetsUploads: Forgetting;
  forgetsResults: Forgetting;
  /** Whether `devices` names each that a run can have: another one is refused before anything is sent. */
  namesDevices: boolean;
  /** Nothing of a job lies at the farm: every call about it reads its files anew. */
  stateless: boolean;
  /** What the account allows, where its connection says nothing else. */
  limits: FarmLimits;
};

export type FarmLimits = {
  /** Calls to the farm: a bucket of `burst` that fills again at this rate. */
  callsPerSecond: number;
  burst: number;
  /** Jobs on devices at once; null where the farm queues what is over. */
  parallelJobs: number | null;
  /** Milliseconds that the farm lets one job take; null where it does not say. */
  maxTimeoutMs: number | null;
  /** Bytes of one file; null where it does not say. */
  maxFileSize: number | null;
  /** Shards that the farm makes of one job; null where it does not say. */
  maxShards: number | null;
};

/** A phone as a user asks for it. The model and the version are the farm's own words. */
export type DeviceRequest = {
  model: string;
  os: string | null;
  orientation: 'portrait' | 'landscape';
  locale: string | null;
};

/** A device of the farm's catalogue, in the words that a user writes in `devices`. */
export type FarmDevice = {
  model: string;
  /** Versions that it can be had with, newest first. */
  os: readonly string[];
  platform: 'android' | 'ios';
  isVirtual: boolean;
};

/** A file for the farm; its bytes are opened when needed, as often as needed. */
export type FarmFile = {
  name: string;
  kind: ArtifactKind;
  /** In bytes. */
  size: number;
  /** Lower-case hex. */
  sha256: string;
  open(): AsyncIterable<Uint8Array>;
  /** Exactly `length` bytes from `offset`, for who reads inside the file. */
  read(offset: number, length: number): Promise<Uint8Array>;
};

export type FileRole = 'app' | 'tests';

/** A file that is to be given to the farm, for every job that uses it. */
export type UploadRequest = {
  /** Unique to the file and its use: an upload whose answer was lost is found by it, written over or deleted. */
  key: string;
  role: FileRole;
  framework: Framework;
  file: FarmFile;
};

/** A file that the farm has, and will take in a start. */
export type FarmUpload = {
  /** The farm's own id. */
  id: string;
  /** When the farm deletes it by itself; null where it does not. */
  expiresAt: Date | null;
};

/** A test as results name it; without a name every test of the suite, which is its class. */
export type TestName = { suite: string; name: string | null };

/** One device and shard of a run, as the farm is asked to execute it. */
export type FarmJob = {
  /** Unique to the job and its attempt: the farm's idempotency key, or the name by which it is looked up. */
  key: string;
  app: FarmFile;
  tests: FarmFile | null;
  device: DeviceRequest;
  framework: Framework;
  env: Readonly<Record<string, string>>;
  shard: { index: number; count: number };
  /** Only these tests, where the farm has `filter`; null for all. */
  only: readonly TestName[] | null;
  /** All but these, where the farm has `excludes`; none where it is empty. */
  except: readonly TestName[];
  /** How often a test may be tried, where the farm has `retries`; else 1. */
  attempts: number;
  /** Milliseconds from the device's start. */
  timeoutMs: number;
  /** Where a farm with `webhook` may say that something has happened to the job; null but for a start. */
  nudgeUrl: string | null;
};

/** The files of a job as the farm knows them. */
export type JobUploads = { app: string; tests: string | null };

export type Observation = {
  /** Where a person sees this job at the farm; null where there is no such page, or not yet. */
  consoleUrl: string | null;
} & (
  | { state: 'queued' | 'running' }
  | {
      state: 'ended';
      /** What the farm says of the job; the tests decide between passed and failed. */
      outcome: 'completed' | 'errored' | 'timed_out' | 'cancelled' | 'invalid';
      /** The farm's own explanation, if it gave one. Untrusted text. */
      reason: string | null;
      /** Milliseconds on the device that the farm bills, if it says. */
      deviceMs: number | null;
    }
);

export type FarmTest = {
  suite: string;
  name: string;
  /** Counted from 1. */
  attempt: number;
  outcome: TestOutcome;
  durationMs: number;
  message: string | null;
  stack: string | null;
};

export type FarmEvidence = {
  name: string;
  kind: EvidenceKind;
  contentType: string;
  /** Bytes from an offset on, streamed; a link that has expired is asked for again. @throws FarmError */
  open(offset?: number): AsyncIterable<Uint8Array>;
};

export type FarmResults = {
  /** How many tests the farm says there are; null where it does not say. */
  expected: number | null;
  tests: FarmTest[];
  evidence: FarmEvidence[];
};

export interface Farm {
  readonly name: string;
  readonly features: FarmFeatures;
  /** What is used when a run names no device. */
  readonly defaultDevice: DeviceRequest;
  /** The devices that a run may name. @throws FarmError */
  devices(): Promise<FarmDevice[]>;
  /** Gives the farm a file and waits until it can be used. Safe to repeat: the same key leaves one. @throws FarmError */
  upload(request: UploadRequest): Promise<FarmUpload>;
  /** Asks the farm to execute the job. @throws FarmError */
  start(job: FarmJob, uploads: JobUploads): Promise<{ externalId: string }>;
  /** Finds a started job by its key; null when the farm has none. @throws FarmError */
  find(job: FarmJob): Promise<{ externalId: string } | null>;
  observe(job: FarmJob, externalId: string): Promise<Observation>;
  /** What the ended job left behind, whole: missing pages are an error, never fewer tests. */
  results(job: FarmJob, externalId: string): Promise<FarmResults>;
  /** One that has ended, or that the farm has forgotten, is success. @throws FarmError */
  stop(job: FarmJob, externalId: string): Promise<void>;
  /**
   * Deletes a file at the farm; one that is gone is success. Where forgetting uploads is `verified`, it returns once the farm
   * has been asked again and has it no more. `id`: null when the answer of its upload was lost. @throws FarmError
   */
  forgetUpload(upload: Omit<UploadRequest, 'file'> & { id: string | null }): Promise<void>;
  /** Deletes the job and its results at the farm, as `forgetUpload`. @throws FarmError */
  forgetResults(job: FarmJob, externalId: string): Promise<void>;
}

/** What a connection's calls are made with: the farm's own names and values, opened for one piece of work. */
export type FarmCredential = Readonly<Record<string, unknown>>;

/** Opens the adapter of a connection. */
export interface FarmDirectory {
  /**
   * Without a credential it tells its features and makes no calls.
   * @throws FarmError `refused` for a kind that this server does not have, for settings and for a credential that it cannot use
   */
  open(
    connection: { kind: string; name: string; settings: Readonly<Record<string, unknown>> },
    credential?: FarmCredential | null,
  ): Farm;
  /** Asked when a connection is made: later ones fail with their calls. @throws FarmError `refused` where nothing is sent */
  requireReachable(settings: Readonly<Record<string, unknown>>): void;
}

/**
 * `refused`: the farm will not take these files or this configuration; trying again is useless.
 * `broken`: the call failed and nothing was started; try again.
 * `unknown_outcome`: the call may have started something; look it up first.
 */
export class FarmError extends Error {
  readonly kind: 'refused' | 'broken' | 'unknown_outcome';
  /** Milliseconds to wait before the next try, if the farm asked for it. */
  readonly retryAfterMs: number | null;
  /** What of a connection keeps it from being opened. */
  readonly field: string | null;

  constructor(
    kind: 'refused' | 'broken' | 'unknown_outcome',
    message: string,
    options: { cause?: unknown; retryAfterMs?: number; field?: string } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = this.constructor.name;
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs ?? null;
    this.field = options.field ?? null;
  }
}
