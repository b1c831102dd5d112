/** What uploads and runs may take unless the tenant says otherwise. */
import { MAX_ARTIFACT_SIZE } from '../contract/artifacts.ts';
import { type Limits, MOST_JOBS, MOST_MINUTES } from '../contract/limits.ts';

const GB = 1_000_000_000;

/** Farms have limits and prices of their own: of runs nothing is forbidden that nobody has forbidden. */
const RUNS = { jobsAtOnce: MOST_JOBS, minutesPerDay: MOST_MINUTES };

/** Of a project: a hundred pushes an hour of a large app, whole, and more than any CI has side by side. */
export const PROJECT_LIMITS: Limits = {
  artifactSize: MAX_ARTIFACT_SIZE,
  openUploads: 100,
  bytesPerDay: 250 * GB,
  ...RUNS,
};
/** Of all projects together. */
export const TENANT_LIMITS: Limits = {
  artifactSize: MAX_ARTIFACT_SIZE,
  openUploads: 400,
  bytesPerDay: 1_000 * GB,
  ...RUNS,
};
