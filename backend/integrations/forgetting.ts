/** What a tenant accepts that forgetting means at a farm, and what is still there. */

import type { Context } from '../context.ts';
import type { AcceptedForgetting, ForgettingMeaning } from '../contract/connections.ts';
import { DevicelaneError } from '../errors.ts';
import type { FarmFeatures } from '../farms/port.ts';
import { STUCK_AFTER } from '../runs/pacing.ts';

type Features = Pick<FarmFeatures, 'forgetsUploads' | 'forgetsResults'>;

/** More is weaker. */
const weakness = (meaning: ForgettingMeaning): number =>
  meaning.how === 'verified' ? 0 : meaning.how === 'requested' ? 1 : 1 + meaning.days;

const inWords = (meaning: ForgettingMeaning): string => {
  if (meaning.how === 'verified') return 'deleted and checked';
  return meaning.how === 'requested' ? 'asked to be deleted' : `gone after ${meaning.days} days`;
};

/** @throws DevicelaneError `unsupported` when the farm forgets less surely than was accepted; `verified` needs nothing */
export function requireAccepted(
  connection: { name: string; accepted: AcceptedForgetting | null },
  { forgetsUploads: uploads, forgetsResults: results }: Features,
  field: 'farm' | 'acceptForgetting',
): void {
  const { name, accepted } = connection;
  const isEnough = (meaning: ForgettingMeaning, least: ForgettingMeaning | undefined): boolean =>
    weakness(meaning) <= weakness(least ?? { how: 'verified' });
  if (isEnough(uploads, accepted?.uploads) && isEnough(results, accepted?.results)) return;
  const wanted = JSON.stringify({ uploads, results });
  throw new DevicelaneError(
    'unsupported',
    `At the farm of "${name}" uploads are ${inWords(uploads)} and results ${inWords(results)}: an admin accepts that with acceptForgetting ${wanted}.`,
    { field },
  );
}

/** Jobs that may have left something at the farm of a connection, which it has not forgotten yet, or will not. */
export async function countStillThere(ctx: Context, connectionId: string): Promise<{ all: number; stuck: number }> {
  const { all, stuck } = await ctx.db
    .selectFrom('jobs')
    .select((eb) => [
      eb.fn.countAll<number>().as('all'),
      eb.fn.countAll<number>().filterWhere('forget_tries', '>=', STUCK_AFTER).as('stuck'),
    ])
    .where('connection_id', '=', connectionId)
    .where('forgotten_at', 'is', null)
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('intents')
          .select('job_id')
          .whereRef('intents.job_id', '=', 'jobs.id')
          .where('kind', '=', 'start'),
      ),
    )
    .executeTakeFirstOrThrow();
  return { all: Number(all), stuck: Number(stuck) };
}
