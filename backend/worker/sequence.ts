/** Numbers and signs the tenants' audit logs. A log that cannot be signed goes on being numbered. */
import { numberEntries } from '../audit/number-entries.ts';
import { signCheckpoints } from '../audit/sign-checkpoint.ts';
import { type Job, type Rounds, type RoundsDeps, startRounds } from './rounds.ts';

export function startSequencer(deps: RoundsDeps): Rounds {
  /** Tenants whose whole log this process has looked through once. */
  const seen = new Set<string>();
  const number: Job = async (ctx) => {
    const { isAll } = await numberEntries({ ctx, input: { whole: !seen.has(ctx.tenant.id) } });
    if (isAll) seen.add(ctx.tenant.id);
  };
  return startRounds(deps, [number, (ctx) => signCheckpoints({ ctx })]);
}
