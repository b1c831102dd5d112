/** Refuses a device that its farm does not have, before anything is sent there: a farm would run it on none. */
import type { Context } from '../context.ts';
import { type DeviceRequest, type Farm, type FarmDevice, FarmError } from '../farms/port.ts';

/** Catalogues change by the week. */
const KEPT_MS = 3_600_000;
const MAX_KEPT = 100;
/** Names in one sentence. */
const MAX_NAMES = 5;
/** Some farms take a pattern in the place of a name. */
const PATTERN = /[*^$()[\]{}|\\+?]/;

const kept = new Map<string, { at: number; devices: Promise<FarmDevice[]> }>();

/** @throws FarmError `refused`, with the names that are nearest */
export async function requireDevice(
  ctx: Context,
  connectionId: string,
  farm: Farm,
  { model, os }: DeviceRequest,
): Promise<void> {
  if (!farm.features.namesDevices || PATTERN.test(model)) return;
  const devices = await catalogueOf(ctx, connectionId, farm).catch((error: unknown) => {
    if (!(error instanceof FarmError)) throw error;
    // The start says what is wrong, if it is more than the catalogue.
    return null;
  });
  if (!devices) return;
  const named = devices.filter((device) => device.model === model);
  if (named.length === 0) {
    const names = nearest(model, devices).map((name) => `"${name}"`);
    throw new FarmError('refused', `The farm has no device "${model}"; near to it are ${names.join(', ') || 'none'}.`);
  }
  const versions = named.flatMap((device) => device.os);
  if (os !== null && versions.length > 0 && !versions.includes(os)) {
    throw new FarmError('refused', `The farm has "${model}" with ${versions.slice(0, 10).join(', ')}, not with ${os}.`);
  }
}

function catalogueOf(ctx: Context, connectionId: string, farm: Farm): Promise<FarmDevice[]> {
  const now = ctx.now().getTime();
  const known = kept.get(connectionId);
  if (known && now - known.at < KEPT_MS) return known.devices;
  const devices = farm.devices();
  kept.delete(connectionId);
  kept.set(connectionId, { at: now, devices });
  // One that was not given is asked for again.
  devices.catch(() => kept.delete(connectionId));
  const [oldest] = kept.keys();
  if (kept.size > MAX_KEPT && oldest !== undefined) kept.delete(oldest);
  return devices;
}

/** Those that share most words with it. */
function nearest(model: string, devices: readonly FarmDevice[]): string[] {
  const wordsOf = (name: string): string[] => name.toLowerCase().split(/[\s_-]+/);
  const words = new Set(wordsOf(model));
  const names = [...new Set(devices.map((device) => device.model))];
  return names
    .map((name) => ({ name, shared: wordsOf(name).filter((word) => words.has(word)).length }))
    .sort((one, other) => other.shared - one.shared || one.name.localeCompare(other.name, 'en'))
    .slice(0, MAX_NAMES)
    .map(({ name }) => name);
}
