/** Asks a farm which devices a run may name. */
import type { Context } from '../context.ts';
import type { DeviceList } from '../contract/connections.ts';
import { DevicelaneError } from '../errors.ts';
import { FarmError } from '../farms/port.ts';
import { requireFarmConnection } from './read.ts';
import { withSecret } from './with-secret.ts';

/** @throws DevicelaneError `not_found`; `unsupported` when the farm refuses, `unavailable` when it does not answer */
export async function listDevices({
  ctx,
  input,
}: {
  ctx: Context;
  input: { connectionId: string };
}): Promise<DeviceList> {
  const { connectionId } = input;
  await requireFarmConnection(ctx, connectionId);
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
