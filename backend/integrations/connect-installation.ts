/** Connects the installation of the GitHub App that a proof of access has shown: checks are posted through it. */
import type { Context } from '../context.ts';
import { randomBase62 } from '../contract/base62.ts';
import { DevicelaneError } from '../errors.ts';
import { connect } from './connect.ts';
import { findGithubConnections } from './read.ts';

/** One connection for each installation. */
export async function connectInstallation(ctx: Context, issuer: string, installationId: string): Promise<void> {
  const known = await findGithubConnections(ctx, issuer);
  if (known.some((each) => each.installationId === installationId)) return;
  const settings = { issuer, installationId, postsChecks: true };
  const name = `github ${installationId}`;
  try {
    await connect({ ctx, input: { kind: 'github_app', name, settings } });
  } catch (error) {
    if (!(error instanceof DevicelaneError && error.code === 'conflict')) throw error;
    // One of before, disconnected, has the name.
    await connect({ ctx, input: { kind: 'github_app', name: `${name} ${randomBase62(6)}`, settings } });
  }
}
