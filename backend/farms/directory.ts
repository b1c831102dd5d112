/** Every kind of farm that this server has: one line each. */

import type { Outgoing } from '../outgoing/port.ts';
import { createAwsDeviceFarm } from './aws-device-farm/adapter.ts';
import { awsCredential, awsSettings } from './aws-device-farm/settings.ts';
import { createBrowserstack } from './browserstack/adapter.ts';
import { browserstackCredential, browserstackSettings } from './browserstack/settings.ts';
import { createFirebaseTestLab } from './firebase-test-lab/adapter.ts';
import { firebaseCredential, firebaseSettings } from './firebase-test-lab/settings.ts';
import { createInspectionFarm } from './inspection/adapter.ts';
import { inspectionSettings } from './inspection/settings.ts';
import { type Farm, type FarmCredential, type FarmDirectory, FarmError } from './port.ts';
import { requireBaseUrl, withBudget } from './reach.ts';

type Settings = Readonly<Record<string, unknown>>;
export type FarmKinds = Readonly<Record<string, (settings: Settings, credential: FarmCredential | null) => Farm>>;

const kindsReachedBy = (outgoing: Outgoing): FarmKinds => ({
  aws_device_farm: (settings, credential) =>
    createAwsDeviceFarm(awsSettings(settings), awsCredential(credential), { outgoing }),
  browserstack: (settings, credential) =>
    createBrowserstack(browserstackSettings(settings), browserstackCredential(credential), { outgoing }),
  firebase_test_lab: (settings, credential) =>
    createFirebaseTestLab(firebaseSettings(settings), firebaseCredential(credential), { outgoing }),
  inspection: (settings) => createInspectionFarm(inspectionSettings(settings)),
});

/** `more`: kinds that a test brings along, and those of this machine. */
export function createFarmDirectory(outgoing: Outgoing, more: FarmKinds = {}): FarmDirectory {
  return {
    open({ kind, settings }, credential = null) {
      const kinds = { ...kindsReachedBy(withBudget(outgoing)), ...more };
      const create = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
      if (!create) throw new FarmError('refused', `this server has no farms of the kind "${kind}"`);
      return create(settings, credential);
    },
    requireReachable({ baseUrl }) {
      if (typeof baseUrl === 'string') requireBaseUrl(outgoing, baseUrl);
    },
  };
}
