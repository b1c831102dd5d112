/** What a test and a backend that it kills say to each other. */
import type { FarmFeatures } from '../../farms/port.ts';
import type { Strays } from '../strays.ts';
import type { Bound } from '../world.ts';

export type Setting = {
  /** How the fake farm is reached. */
  farm: { baseUrl: string; start: FarmFeatures['start'] };
  /** Makes the tenant and its project; null once that is done. */
  setUp: Bound | null;
};

/**
 * Where to die: when the newest run, or upload, reaches this state, just before or just after its transaction ends.
 * Of a run: `run state/job state/intent to start/intent to stop`, with `-` for an intent that is not there.
 * Of an upload: `artifact state/parts/content`, which is `-`, `bytes` or `signed`.
 */
export type DeathPoint = { of?: 'upload'; state: string; phase: 'before commit' | 'after commit' };

export type ToBackend =
  | { die: DeathPoint }
  | { auditOf: string }
  | { exportAudit: string }
  | { stored: string }
  | { forget: string }
  /** Sweeps as if so many milliseconds had passed, and looks what is left. */
  | { sweepAfter: number }
  | { stop: true };
export type FromBackend =
  | { url: string }
  | { armed: true }
  | { codes: string[] }
  | { exported: string }
  /** SHA-256 of the bytes that are read back. */
  | { storedDigest: string }
  | { forgotten: true }
  | { strays: Strays };
