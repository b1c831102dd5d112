/** Asks a farm which devices a run may name. */
import type { Context } from '../context.ts';
import type { DeviceList } from '../contract/connections.ts';
import { routeOfId } from '../contract/ids.ts';
import { DevicelaneError, notFound } from '../errors.ts';
import { FarmError } from '../farms/port.ts';
import { requireOperation } from '../tokens/permissions.ts';
import { withSecret } from './with-secret.ts';

/** @throws DevicelaneError `not_found`; `unsupported` when the farm refuses, `unavailable` when it does not answer */
export async function listDevices({
  ctx,
  input,
}: {
  ctx: Context;
  input: { connectionId: string };
}): Promise<DeviceList> {
  requireOperation(ctx, 'admin');
  const { connectionId } = input;
  if (routeOfId('connection', connectionId) !== ctx.tenant.route) throw notFound();
  const row = await ctx.db
    .selectFrom('connections')
    .select('kind')
    .where('id', '=', connectionId)
    .where('disconnected_at', 'is', null)
    .executeTakeFirst();
  if (!row || row.kind === 'github_app') throw notFound();
  try {
    const devices = await withSecret(ctx, connectionId, { purpose: 'devices', run: null }, (connection, credential) =>
      ctx.farms.open(connection, credential).devices(),
    );
    return { devices: devices.map((device) => ({ ...device, os: [...device.os] })) };
  } catch (error) {
    if (!(error instanceof FarmError)) throw error;
    throw new DevicelaneError(error.kind === 'refused' ? 'unsupported' : 'unavailable', error.message, {
      cause: error,
    });
  }
}
