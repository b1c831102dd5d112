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
  webhook: boolean;
  env: boolean;
  /** Whether single tests can be named, so that only those that failed are tried again. */
  filter: boolean;
  shards: 'none' | 'uniform' | 'server';
  frameworks: readonly Framework[];
  artifacts: readonly ArtifactKind[];
  forgetsUploads: Forgetting;
  forgetsResults: Forgetting;
};

/** A phone as a user asks for it. The model and the version are the farm's own words. */
export type DeviceRequest = {
  model: string;
  os: string | null;
  orientation: 'portrait' | 'landscape';
  locale: string | null;
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
  /** Milliseconds from the device's start. */
  timeoutMs: number;
};

export type Observation =
  | { state: 'queued' | 'running' }
  | {
      state: 'ended';
      /** What the farm says of the job; the tests decide between passed and failed. */
      outcome: 'completed' | 'errored' | 'timed_out' | 'cancelled' | 'invalid';
      /** The farm's own explanation, if it gave one. Untrusted text. */
      reason: string | null;
      /** Milliseconds on the device that the farm bills, if it says. */
      deviceMs: number | null;
    };

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

export type FarmEvidence = { name: string; kind: EvidenceKind; contentType: string; open(): AsyncIterable<Uint8Array> };

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
  /** Asks the farm to execute the job. @throws FarmError */
  start(job: FarmJob): Promise<{ externalId: string }>;
  /** Finds a started job by its key; null when the farm has none. @throws FarmError */
  find(job: FarmJob): Promise<{ externalId: string } | null>;
  observe(job: FarmJob, externalId: string): Promise<Observation>;
  /** What the ended job left behind, whole: missing pages are an error, never fewer tests. */
  results(job: FarmJob, externalId: string): Promise<FarmResults>;
  stop(job: FarmJob, externalId: string): Promise<void>;
  /** Deletes the upload and the results at the farm. */
  forget(job: FarmJob, externalId: string): Promise<void>;
}

/** Opens the adapter of a connection. */
export interface FarmDirectory {
  /** @throws FarmError `refused` for a kind that this server does not have */
  open(connection: { kind: string; name: string; settings: Readonly<Record<string, unknown>> }): Farm;
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

  constructor(
    kind: 'refused' | 'broken' | 'unknown_outcome',
    message: string,
    options: { cause?: unknown; retryAfterMs?: number } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = this.constructor.name;
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
