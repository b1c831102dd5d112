/** What a connection to own devices is made of. Which devices, and by which adb, the operator says. */
import * as z from 'zod/mini';
import { FarmError } from '../port.ts';
import { readSettings } from '../read-settings.ts';

/** Devices that the operator lends to a tenant. */
export type LentDevices = {
  name: string;
  /** As `adb devices` names them; `host:port` is connected to where it is not there. */
  serials: readonly string[];
  /** The adb program. */
  adb: string;
  /** Of its server. */
  port: number;
  /** The Maestro program; without one the devices run instrumentation alone. */
  maestro?: string | undefined;
};

const Settings = z.strictObject({
  devices: z.string().check(z.minLength(1), z.maxLength(100)),
  /** Each test in a process of its own, by AndroidX Test Orchestrator, where it is installed on the devices. */
  orchestrator: z._default(z.boolean(), false),
  /** The screen is recorded while tests run. */
  video: z._default(z.boolean(), true),
});
export type OwnDeviceSettings = Omit<z.infer<typeof Settings>, 'devices'> & { lent: LentDevices };

/** @throws FarmError `refused` */
export function ownDeviceSettings(settings: unknown, allowed: readonly LentDevices[]): OwnDeviceSettings {
  const { devices, ...more } = readSettings(Settings, settings, 'settings', 'own devices');
  const lent = allowed.find(({ name }) => name === devices);
  if (!lent) throw new FarmError('refused', `the operator of this server lends no devices "${devices}" here`);
  return { ...more, lent };
}
