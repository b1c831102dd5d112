/** Tells webhooks of new checkpoints, beside the sequencer: whoever is told may be slow, or away. */
import { sendCheckpoints } from '../integrations/send-checkpoints.ts';
import { type Rounds, type RoundsDeps, startRounds } from './rounds.ts';

export function startPublisher(deps: RoundsDeps): Rounds {
  return startRounds(deps, [(ctx) => sendCheckpoints({ ctx })]);
}
