/** Which kind of build a zip is, by what lies in it and never by its file's name. */
import { TESTS_LIMITS } from './limits.ts';
import { unusable } from './unusable.ts';
import type { Zip } from './zip.ts';

export type Container = 'apk' | 'aab' | 'ipa' | 'xctest_zip' | 'maestro_zip';

/** `Payload/` may stand one folder down, as some archivers leave it; macOS' own folder holds no app. The group is the app's folder. */
export const IPA_APP = /^(?!__MACOSX\/)((?:[^/]+\/)?Payload\/[^/]+\.app\/)/;
const FLOW = /^(?!__MACOSX\/).*\.ya?ml$/;
const FLOWS_TRIED = 20;

/** @throws DevicelaneError `invalid_artifact` when it is none that is known */
export async function containerOf(zip: Zip): Promise<Container> {
  const names = [...zip.entries.keys()];
  if (names.includes('BundleConfig.pb') && names.includes('base/manifest/AndroidManifest.xml')) return 'aab';
  if (names.includes('AndroidManifest.xml')) return 'apk';
  if (names.some((name) => name.endsWith('/Info.plist') && `${IPA_APP.exec(name)?.[1]}Info.plist` === name))
    return 'ipa';
  if (names.some((name) => name.endsWith('.xctestrun') || /\.xctest\/Info\.plist$/.test(name))) return 'xctest_zip';
  if (await hasFlow(zip)) return 'maestro_zip';
  throw unusable(reason(names));
}

function reason(names: string[]): string {
  if (names.some((name) => /^classes\d*\.dex$/.test(name))) {
    return 'The file is not an APK: it has code but no AndroidManifest.xml.';
  }
  if (names.some((name) => /^(?:[^/]+\/)?Payload\//.test(name))) {
    return 'The file is not an IPA: its Payload folder holds no app with an Info.plist.';
  }
  return 'The file is a zip, but not an APK, AAB or IPA, nor XCTest or Maestro tests.';
}

export function isFlowName(name: string): boolean {
  return FLOW.test(name);
}

/** What a Maestro flow says before its steps: YAML that names its app, or the web page it tests. null: it is no flow. */
export function flowFront(text: string): string | null {
  const [, front] = /^(?:---[ \t]*\r?\n)?([\s\S]*?\n)---[ \t]*(?:\r?\n|$)/.exec(text.replace(/^\ufeff/, '')) ?? [];
  return front !== undefined && /^(appId|url)\s*:/m.test(front) ? front : null;
}

async function hasFlow(zip: Zip): Promise<boolean> {
  const candidates = [...zip.entries.values()].filter(
    ({ name, inflatedSize }) => isFlowName(name) && inflatedSize <= TESTS_LIMITS.flowBytes,
  );
  for (const entry of candidates.slice(0, FLOWS_TRIED)) {
    if (flowFront((await zip.content(entry, TESTS_LIMITS.flowBytes)).toString('utf8')) !== null) return true;
  }
  return false;
}
