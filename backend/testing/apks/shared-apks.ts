/** The real builds beside the checkout and what their table says of them. Only where DEVICELANE_SHARED_DATA names the folder. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export type SharedBuild = { path: string; facts: string };

const folder = process.env.DEVICELANE_SHARED_DATA ?? '';

export const readShared = (path: string): Buffer => readFileSync(join(folder, path));

/** Every build of the table, with its last column: what the Android tools say. */
export function sharedBuilds(): SharedBuild[] {
  return [
    ...readShared('README.md')
      .toString('utf8')
      .matchAll(/^\| `(apps\/[^`]+)` \|(.*)\|$/gm),
  ].map(([, path = '', rest = '']) => ({ path, facts: rest.split('|').at(-1)?.trim() ?? '' }));
}

/** Named in the table's notes as files that must not be taken, and one on which Android's own readers differ. */
export const REFUSED_BUILDS = [
  'apps/aab/invalid-zero-bytes.aab',
  'apps/apk/flank/invalid.apk',
  'apps/apk/androguard/multidex.apk',
  'apps/apk-signing/empty-unsigned.apk',
  'apps/apk-signing/v2-only-truncated-cd.apk',
  'apps/ipa/fastlane/no-app-bundle.ipa',
  'apps/ipa/fastlane/not-an-ipa.ipa',
  'apps/ipa/fastlane/with_no_swift.ipa',
  'apps/ipa/fastlane/with_swift_twice.ipa',
  'apps/other/harmony.hap',
  'apps/other/macos.zip',
  // The platform refuses a NUL in a name, and so does aapt; apksigner alone does not.
  'apps/apk-signing/v1-only-with-nul-in-entry-name.apk',
];
