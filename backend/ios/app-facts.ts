/** What an iOS app says of itself, as data that crosses a thread. */
import type { ProvisioningFacts } from './provisioning.ts';

export type IosAppFacts = {
  bundleId: string;
  /** CFBundleShortVersionString: what people are shown. */
  versionName: string | null;
  /** CFBundleVersion. */
  build: string | null;
  minimumOs: string | null;
  label: string | null;
  /** `iphone`, `ipad`, … as UIDeviceFamily says. */
  deviceFamilies: string[];
  architectures: string[];
  /** The keys with which it explains to people why it asks, such as NSCameraUsageDescription. */
  permissions: string[];
  /** Whether it has a code signature. Only Apple's devices can tell whether it holds. */
  signed: boolean;
  /** null: it has no profile. */
  provisioning: ProvisioningFacts | null;
};
