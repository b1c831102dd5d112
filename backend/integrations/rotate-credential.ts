/** Replaces a connection's credential: the next call of work that goes on is made with the new one. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { routeOfId } from '../contract/ids.ts';
import { DevicelaneError, notFound } from '../errors.ts';
import { type FarmCredential, FarmError } from '../farms/port.ts';
import { requireOperation } from '../tokens/permissions.ts';
import { readFarmConnection } from './read.ts';
import { sealCredential } from './settings.ts';

type Input = { connectionId: string; credential: FarmCredential };

/** @throws DevicelaneError `not_found`, `unsupported` naming `credential` */
export async function rotateCredential({ ctx, input }: { ctx: Context; input: Input }): Promise<void> {
  requireOperation(ctx, 'admin');
  const { connectionId, credential } = input;
  if (routeOfId('connection', connectionId) !== ctx.tenant.route) throw notFound();
  const row = await ctx.db
    .selectFrom('connections')
    .select('kind')
    .where('id', '=', connectionId)
    .where('disconnected_at', 'is', null)
    .executeTakeFirst();
  if (!row || row.kind === 'github_app') throw notFound();
  try {
    ctx.farms.open(await readFarmConnection(ctx, connectionId), credential);
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
