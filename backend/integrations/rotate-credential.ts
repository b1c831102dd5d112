/** Replaces a connection's credential: the next call of work that goes on is made with the new one. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { DevicelaneError, notFound } from '../errors.ts';
import { type FarmCredential, FarmError } from '../farms/port.ts';
import { requireFarmConnection } from './read.ts';
import { sealCredential } from './settings.ts';

type Input = { connectionId: string; credential: FarmCredential };

/** @throws DevicelaneError `not_found`, `unsupported` naming `credential` */
export async function rotateCredential({ ctx, input }: { ctx: Context; input: Input }): Promise<void> {
  const { connectionId, credential } = input;
  const connection = await requireFarmConnection(ctx, connectionId);
  try {
    ctx.farms.open(connection, credential);
  } catch (error) {
    if (!(error instanceof FarmError)) throw error;
    throw new DevicelaneError('unsupported', `This farm cannot use the credential: ${error.message}`, {
      field: 'credential',
      cause: error,
    });
  }
  const sealed = await sealCredential(ctx, connectionId, credential);
  await ctx.write(async ({ tx }) => {
    const { numUpdatedRows } = await tx
      .updateTable('connections')
      .set({ sealed_credential: sealed })
      .where('id', '=', connectionId)
      .where('disconnected_at', 'is', null)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw notFound();
    await appendAudit(ctx, tx, { code: 'connection.credential_rotated', object: connectionId });
  });
}
