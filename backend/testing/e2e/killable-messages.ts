/** What a test and a backend that it kills say to each other. */
import type { FarmFeatures } from '../../farms/port.ts';
import type { Bound } from '../world.ts';

export type Setting = {
  /** How the fake farm is reached. */
  farm: { baseUrl: string; start: FarmFeatures['start'] };
  /** Makes the tenant and its project; null once that is done. */
  setUp: Bound | null;
};

/**
 * Where to die: when the newest run reaches this state, just before or just after its transaction ends.
 * `run state/job state/intent to start/intent to stop`, with `-` for an intent that is not there.
 */
export type DeathPoint = { state: string; phase: 'before commit' | 'after commit' };

export type ToBackend = { die: DeathPoint } | { auditOf: string } | { exportAudit: string } | { stop: true };
export type FromBackend = { url: string } | { armed: true } | { codes: string[] } | { exported: string };
