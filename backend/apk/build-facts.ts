/** What a build file turned out to be. Plain data: it crosses from the reading thread to the backend. */
import type { ContentFacts } from './contents.ts';
import type { ManifestFacts } from './manifest-facts.ts';
import type { CleartextRules } from './network-security.ts';
import type { SigningFacts } from './signing-facts.ts';

export type ApkFacts = {
  /** The file's size. */
  bytes: number;
  manifest: ManifestFacts;
  /** The manifest as readable XML, at most 2 MiB. */
  manifestText: string;
  /** The rules of `android:networkSecurityConfig`; null when there is none that can be read. */
  cleartext: CleartextRules | null;
  signing: SigningFacts;
  contents: ContentFacts;
};

export type BuildFacts =
  | { container: 'apk'; apk: ApkFacts }
  | { container: 'aab' | 'ipa' | 'xctest_zip' | 'maestro_zip' };
