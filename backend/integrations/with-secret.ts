/** Opens a connection's credential for one piece of work, and nowhere else: each use is audited, and none outlives it. */
import { appendAudit } from '../audit/append.ts';
import { appendOnce } from '../audit/append-once.ts';
import type { Context } from '../context.ts';
import { type FarmCredential, FarmError } from '../farms/port.ts';
import { type FarmConnection, readFarmConnection } from './read.ts';
import { openCredential } from './settings.ts';

/** What the credential is wanted for; the first three may go on when the run has ended. */
export type SecretPurpose = 'stop' | 'forget' | 'devices' | 'start' | 'observe' | 'collect';

const OUTSIDE_A_RUN: readonly SecretPurpose[] = ['stop', 'forget', 'devices'];
/** Repeated without end while a run goes on: one entry for each ten minutes. */
const REPEATED: readonly SecretPurpose[] = ['observe', 'devices'];

/**
 * The credential is read anew each time, so that a rotation is felt by the next call.
 *
 * @param use.run the run that the work is for; null for work that is for none
 * @throws FarmError `refused` when the connection was disconnected, or the run has ended
 */
export async function withSecret<T>(
  ctx: Context,
  connectionId: string,
  use: { purpose: SecretPurpose; run: { id: string; state: string } | null },
  work: (connection: FarmConnection, credential: FarmCredential | null) => Promise<T>,
): Promise<T> {
  const { purpose, run } = use;
  if (!OUTSIDE_A_RUN.includes(purpose) && (run === null || run.state === 'finished')) {
    throw new FarmError('refused', 'The run has ended, so its farm is not called for it any more.');
  }
  const connection = await readFarmConnection(ctx, connectionId);
  // What is at work there is stopped, seen to its end and forgotten with the credential that is left for it.
  const isLeaving = purpose === 'stop' || purpose === 'forget' || run?.state === 'cancelling';
  if (connection.isDisconnected && (!isLeaving || purpose === 'start')) {
    throw new FarmError('refused', 'The farm connection was disconnected.');
  }
  if (connection.sealedCredential === null) return work(connection, null);
  const code = REPEATED.includes(purpose) ? 'secret.used_repeatedly' : 'secret.used';
  const entry = { code, object: connectionId, detail: { purpose, run: run?.id ?? null } };
  if (REPEATED.includes(purpose)) await appendOnce(ctx, entry);
  else await ctx.write(({ tx }) => appendAudit(ctx, tx, entry));
  return work(connection, await openCredential(ctx, connectionId, connection.sealedCredential));
}
