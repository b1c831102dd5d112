/**
 * Refuses a run that a fork's workflow starts by itself. A repository may give forks an id token ("Send write tokens to
 * workflows from pull requests"), and no claim tells it from an own pull request's: only GitHub knows.
 */
import { CodeHostError } from '../codehosts/port.ts';
import type { Actor, Context } from '../context.ts';
import { DevicelaneError } from '../errors.ts';
import type { GithubInstallation } from '../integrations/read.ts';
import { readClaims } from '../tokens/read.ts';

const MERGE_REF = /^refs\/pull\/(\d{1,9})\/merge$/;

/** @throws DevicelaneError `untrusted`; `unavailable` when GitHub does not say */
export async function refuseFork(
  ctx: Context,
  actor: Extract<Actor, { kind: 'capability' }>,
  github: GithubInstallation | null,
): Promise<void> {
  const claims = github && (await readClaims(ctx, actor.id));
  // The number is the token's, never what the request says.
  const number = claims?.event === 'pull_request' ? MERGE_REF.exec(claims.ref)?.[1] : undefined;
  if (!github || number === undefined) return;
  if (await isFromFork(ctx, github, Number(number))) {
    throw new DevicelaneError(
      'untrusted',
      'This pull request comes from a fork: its step leaves the files for a maintainer to approve, and starts no run.',
      { field: 'changeRequest' },
    );
  }
}

async function isFromFork(ctx: Context, github: GithubInstallation, number: number): Promise<boolean> {
  try {
    return await ctx.codeHosts.isFromFork(github, number);
  } catch (error) {
    if (!(error instanceof CodeHostError)) throw error;
    // An App that may not read pull requests cannot be asked; its admin was told so, and trusts the token.
    if (error.kind === 'gone') return false;
    throw new DevicelaneError('unavailable', 'GitHub does not say whose pull request this is; try again.', {
      cause: error,
    });
  }
}
