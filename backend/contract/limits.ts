/** Limits of uploads and runs as they travel: for the whole tenant, and for each project in it. */
import * as z from 'zod/mini';
import { MAX_ARTIFACT_SIZE } from './artifacts.ts';
import { idSchema } from './ids.ts';

/** A pebibyte: enough to say that there is no limit. */
const MOST_BYTES = 2 ** 50;
const MOST_UPLOADS = 100_000;
export const MOST_JOBS = 100_000;
/** Nobody has so many devices. */
export const MOST_MINUTES = 100_000_000;

export const Limits = z.strictObject({
  /** Bytes of one artifact. */
  artifactSize: z.int().check(z.minimum(1), z.maximum(MAX_ARTIFACT_SIZE)),
  /** Uploads that are not complete. */
  openUploads: z.int().check(z.minimum(1), z.maximum(MOST_UPLOADS)),
  /** Bytes that are received on one day of UTC. */
  bytesPerDay: z.int().check(z.minimum(1), z.maximum(MOST_BYTES)),
  /** Jobs on devices, or on their way there, at once: more of them wait. */
  jobsAtOnce: z.int().check(z.minimum(1), z.maximum(MOST_JOBS)),
  /** Device minutes of runs that began within 24 hours; one that goes on counts with all that it may take. */
  minutesPerDay: z.int().check(z.minimum(1), z.maximum(MOST_MINUTES)),
});
export type Limits = z.infer<typeof Limits>;
export type LimitName = keyof Limits;
export const LIMIT_NAMES = [
  'artifactSize',
  'openUploads',
  'bytesPerDay',
  'jobsAtOnce',
  'minutesPerDay',
] as const satisfies readonly LimitName[];

export const LimitRules = z.strictObject({
  /** Of all projects together. */
  tenant: Limits,
  /** Of each project, by its id. */
  projects: z.record(idSchema('project'), Limits),
});
export type LimitRules = z.infer<typeof LimitRules>;

/** What is left out stays as it is. */
export const LimitsChange = z.strictObject({
  tenant: z.optional(z.partial(Limits)),
  projects: z.optional(z.record(idSchema('project'), z.partial(Limits))),
});
export type LimitsChange = z.infer<typeof LimitsChange>;
