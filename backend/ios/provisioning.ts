/** The provisioning profile of an iOS build: where Apple lets it run. Source: Apple, TN3125 "Inside Code Signing: Provisioning Profiles". */
import { isRefusal, unusable } from '../apk/unusable.ts';
import { dictAt, listAt, type PlistDict, readPlist, textAt, textsAt } from './plist.ts';
import { signedContent } from './signed-content.ts';

export type ProvisioningFacts = {
  kind: 'development' | 'ad_hoc' | 'enterprise' | 'app_store';
  name: string | null;
  teamId: string | null;
  teamName: string | null;
  /** ISO 8601. */
  expiresAt: string | null;
  /** How many devices it names. */
  devices: number;
  /** The profile lets a debugger attach. */
  debuggable: boolean;
  applicationIdentifier: string | null;
  /** The names of what the app may ask of the system. */
  entitlements: string[];
};

const NAME = 'embedded.mobileprovision';

/** @throws DevicelaneError `invalid_artifact` when it is no profile */
export function readProvisioning(bytes: Buffer): ProvisioningFacts {
  const profile = readPlist(contentOf(bytes), NAME);
  const entitlements = dictAt(profile, 'Entitlements');
  const debuggable = entitlements?.get('get-task-allow') === true;
  const expiry = profile.get('ExpirationDate');
  return {
    kind: kindOf(profile, debuggable),
    name: textAt(profile, 'Name'),
    teamId: textsAt(profile, 'TeamIdentifier')[0] ?? null,
    teamName: textAt(profile, 'TeamName'),
    expiresAt: expiry instanceof Date && !Number.isNaN(expiry.getTime()) ? expiry.toISOString() : null,
    devices: listAt(profile, 'ProvisionedDevices').length,
    debuggable,
    applicationIdentifier: textAt(entitlements, 'application-identifier'),
    entitlements: [...(entitlements?.keys() ?? [])].sort(),
  };
}

function kindOf(profile: PlistDict, debuggable: boolean): ProvisioningFacts['kind'] {
  if (profile.get('ProvisionsAllDevices') === true) return 'enterprise';
  if (!profile.has('ProvisionedDevices')) return 'app_store';
  return debuggable ? 'development' : 'ad_hoc';
}

function contentOf(bytes: Buffer): Buffer {
  try {
    return signedContent(bytes);
  } catch (error) {
    if (isRefusal(error)) throw error;
    throw unusable(`Its ${NAME} is damaged.`, error);
  }
}
