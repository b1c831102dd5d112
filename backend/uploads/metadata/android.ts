/** What an APK or a bundle says of itself. */
import type { BundleFacts } from '../../aab/bundle-facts.ts';
import type { ApkFacts } from '../../apk/build-facts.ts';
import type { ManifestFacts } from '../../apk/manifest-facts.ts';
import type { SigningFacts } from '../../apk/signing-facts.ts';
import type { AndroidMetadata } from '../../contract/artifact-metadata.ts';
import { short, shortList } from './short.ts';

export function apkMetadata({ manifest, signing, contents }: ApkFacts): AndroidMetadata {
  return metadataOf(manifest, signing, Object.keys(contents.libraries).sort());
}

export function bundleMetadata({ manifest, signing, abis, modules }: BundleFacts): AndroidMetadata {
  return { ...metadataOf(manifest, signing, abis), modules: shortList(modules) };
}

function metadataOf(manifest: ManifestFacts, signing: SigningFacts, abis: string[]): AndroidMetadata {
  return {
    platform: 'android',
    package: manifest.package,
    versionName: short(manifest.versionName),
    versionCode: manifest.versionCode,
    minSdk: manifest.minSdk,
    targetSdk: manifest.targetSdk,
    label: short(manifest.label),
    abis,
    permissions: shortList(manifest.permissions),
    debuggable: manifest.debuggable,
    signing: {
      schemes: signing.schemes,
      verified: signing.verified,
      certificates: signing.certificates.map(({ sha256, subject, debug }) => ({ sha256, subject, debug })),
    },
    instrumentation: manifest.instrumentation && {
      runner: short(manifest.instrumentation.runner),
      target: short(manifest.instrumentation.target),
    },
    split: short(manifest.split),
  };
}
