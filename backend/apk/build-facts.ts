/** What a build file turned out to be. Plain data: it crosses from the reading thread to the backend. */
import type { BundleFacts } from '../aab/bundle-facts.ts';
import type { FlowFacts } from '../flows/read-flows.ts';
import type { IosAppFacts } from '../ios/app-facts.ts';
import type { XctestFacts } from '../ios/test-runs.ts';
import type { ContentFacts } from './contents.ts';
import type { ManifestFacts } from './manifest-facts.ts';
import type { CleartextRules } from './network-security.ts';
import type { Picture } from './picture.ts';
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

/** An icon is null where the build has none that a browser shows. */
export type BuildFacts =
  | { container: 'apk'; apk: ApkFacts; icon: Picture | null }
  | { container: 'aab'; bundle: BundleFacts; icon: Picture | null }
  | { container: 'ipa'; app: IosAppFacts; icon: Picture | null }
  | { container: 'xctest_zip'; tests: XctestFacts }
  | { container: 'maestro_zip'; flows: FlowFacts[] };
