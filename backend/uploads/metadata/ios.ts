/** What an IPA says of itself. */
import type { IosMetadata } from '../../contract/artifact-metadata.ts';
import type { IosAppFacts } from '../../ios/app-facts.ts';
import { short, shortList } from './short.ts';

export function iosMetadata({ provisioning, ...app }: IosAppFacts): IosMetadata {
  return {
    platform: 'ios',
    package: app.bundleId,
    versionName: short(app.versionName),
    versionCode: app.build !== null && /^\d{1,15}$/.test(app.build) ? Number(app.build) : null,
    build: short(app.build),
    minSdk: null,
    targetSdk: null,
    minimumOs: short(app.minimumOs),
    label: short(app.label),
    abis: app.architectures,
    deviceFamilies: app.deviceFamilies,
    permissions: shortList(app.permissions),
    debuggable: provisioning?.debuggable ?? false,
    signing: { schemes: [], verified: false, certificates: [] },
    signed: app.signed,
    provisioning: provisioning && {
      kind: provisioning.kind,
      name: short(provisioning.name),
      teamId: short(provisioning.teamId),
      teamName: short(provisioning.teamName),
      expiresAt: provisioning.expiresAt,
      devices: provisioning.devices,
      applicationIdentifier: short(provisioning.applicationIdentifier),
      entitlements: shortList(provisioning.entitlements),
    },
    instrumentation: null,
    split: null,
  };
}
