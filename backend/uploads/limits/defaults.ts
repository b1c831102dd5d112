/** What uploads may bring unless the tenant says otherwise. */
import { MAX_ARTIFACT_SIZE } from '../../contract/artifacts.ts';
import type { Limits } from '../../contract/limits.ts';

const GB = 1_000_000_000;

/** Of a project: a hundred pushes an hour of a large app, whole, and more than any CI has side by side. */
export const PROJECT_LIMITS: Limits = { artifactSize: MAX_ARTIFACT_SIZE, openUploads: 100, bytesPerDay: 250 * GB };
/** Of all projects together. */
export const TENANT_LIMITS: Limits = { artifactSize: MAX_ARTIFACT_SIZE, openUploads: 400, bytesPerDay: 1_000 * GB };
