/** Tells webhooks of new checkpoints, beside the sequencer: whoever is told may be slow, or away. */
import { sendCheckpoints } from '../integrations/send-checkpoints.ts';
import { type Rounds, type RoundsDeps, startRounds } from './rounds.ts';

/** Checkpoints come once a minute. */
const INTERVAL_MS = 1_000;

export function startPublisher(deps: RoundsDeps): Rounds {
  return startRounds(deps, [(ctx) => sendCheckpoints({ ctx })], INTERVAL_MS);
}
