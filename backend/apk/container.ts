/** Which kind of build a zip is, by what lies in it and never by its file's name. */
import { unusable } from './unusable.ts';
import type { Zip } from './zip.ts';

export type Container = 'apk' | 'aab' | 'ipa' | 'xctest_zip' | 'maestro_zip';

/** `Payload/` may stand one folder down, as some archivers leave it; macOS' own folder holds no app. */
const IPA_PLIST = /^(?!__MACOSX\/)(?:[^/]+\/)?Payload\/[^/]+\.app\/Info\.plist$/;
const FLOW = /^(?!__MACOSX\/).*\.ya?ml$/;
const FLOW_BYTES = 256 * 1024;
const FLOWS_TRIED = 20;

/** @throws DevicelaneError `invalid_artifact` when it is none that is known */
export async function containerOf(zip: Zip): Promise<Container> {
  const names = [...zip.entries.keys()];
  if (names.includes('BundleConfig.pb') && names.includes('base/manifest/AndroidManifest.xml')) return 'aab';
  if (names.includes('AndroidManifest.xml')) return 'apk';
  if (names.some((name) => IPA_PLIST.test(name))) return 'ipa';
  if (names.some((name) => name.endsWith('.xctestrun') || /\.xctest\/Info\.plist$/.test(name))) return 'xctest_zip';
  if (await hasFlow(zip)) return 'maestro_zip';
  throw unusable(
    names.some((name) => /^classes\d*\.dex$/.test(name))
      ? 'The file is not an APK: it has code but no AndroidManifest.xml.'
      : 'The file is a zip, but not an APK, AAB or IPA, nor XCTest or Maestro tests.',
  );
}

/** A Maestro flow is YAML that names its app, or the web page it tests, before its steps. */
async function hasFlow(zip: Zip): Promise<boolean> {
  const candidates = [...zip.entries.values()].filter(
    ({ name, inflatedSize }) => FLOW.test(name) && inflatedSize <= FLOW_BYTES,
  );
  for (const entry of candidates.slice(0, FLOWS_TRIED)) {
    const text = (await zip.content(entry, FLOW_BYTES)).toString('utf8');
    if (/^(appId|url)\s*:/m.test(text) && /^---\s*$/m.test(text)) return true;
  }
  return false;
}
