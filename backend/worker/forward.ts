/** Forwards the tenants' audit logs, beside the sequencer: whoever is forwarded to may be slow, or away. */
import { forwardEntries } from '../audit/forward-entries.ts';
import type { AuditSink } from '../sinks/port.ts';
import { type Rounds, type RoundsDeps, startRounds } from './rounds.ts';

export function startForwarder(deps: RoundsDeps, sink: AuditSink): Rounds {
  return startRounds(deps, [(ctx) => forwardEntries({ ctx, input: { sink } })]);
}
