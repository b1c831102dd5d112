/** What an Android App Bundle says of itself, as data that crosses a thread. */
import type { ManifestFacts } from '../apk/manifest-facts.ts';
import type { SigningFacts } from '../apk/signing-facts.ts';

export type BundleFacts = {
  /** Of the base module; what it leaves open, such as the target SDK, is taken from the others. */
  manifest: ManifestFacts;
  /** `base` and the feature and asset modules. */
  modules: string[];
  /** Of the native libraries of all modules. */
  abis: string[];
  /** A bundle has a JAR signature alone: scheme v1. */
  signing: SigningFacts;
};
