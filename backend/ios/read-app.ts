/** Reads an IPA: the app's Info.plist, its provisioning profile, its executable's head, its icon. */
import { IPA_APP } from '../apk/container.ts';
import { ICON_LIMITS, PLIST_LIMITS, PROFILE_BYTES } from '../apk/limits.ts';
import { type Picture, pictureOf } from '../apk/picture.ts';
import { unusable } from '../apk/unusable.ts';
import type { Zip } from '../apk/zip.ts';
import type { IosAppFacts } from './app-facts.ts';
import { plainPng } from './apple-png.ts';
import { architecturesOf } from './architectures.ts';
import { dictAt, listAt, type PlistDict, readPlist, textAt, textsAt } from './plist.ts';
import { readProvisioning } from './provisioning.ts';

/** Source: Apple, "CFBundleIdentifier"; underscores are seen in real builds. */
const BUNDLE_ID = /^[A-Za-z0-9][A-Za-z0-9._-]{0,154}$/;
const FAMILIES: Readonly<Record<number, string>> = {
  1: 'iphone',
  2: 'ipad',
  3: 'tv',
  4: 'watch',
  6: 'mac',
  7: 'vision',
};
const USAGE = /^NS[A-Za-z]{1,80}UsageDescription$/;

/** @throws DevicelaneError `invalid_artifact` */
export async function readIosApp(zip: Zip): Promise<{ app: IosAppFacts; icon: Picture | null }> {
  const folder = appFolder(zip);
  const info = readPlist(await contentOf(zip, `${folder}Info.plist`, PLIST_LIMITS.bytes), 'Info.plist');
  const bundleId = textAt(info, 'CFBundleIdentifier');
  if (bundleId === null || !BUNDLE_ID.test(bundleId))
    throw unusable('Its Info.plist names no valid bundle identifier.');
  const profile = `${folder}embedded.mobileprovision`;
  const app = {
    bundleId,
    versionName: textAt(info, 'CFBundleShortVersionString'),
    build: textAt(info, 'CFBundleVersion'),
    minimumOs: textAt(info, 'MinimumOSVersion'),
    label: textAt(info, 'CFBundleDisplayName') ?? textAt(info, 'CFBundleName'),
    deviceFamilies: [...new Set(listAt(info, 'UIDeviceFamily').flatMap((family) => FAMILIES[Number(family)] ?? []))],
    architectures: await architectures(zip, folder, info),
    permissions: [...info.keys()].filter((key) => USAGE.test(key)).sort(),
    signed: zip.entries.has(`${folder}_CodeSignature/CodeResources`),
    provisioning: zip.entries.has(profile) ? readProvisioning(await contentOf(zip, profile, PROFILE_BYTES)) : null,
  };
  return { app, icon: await iconOf(zip, folder, info) };
}

/** Extensions and watch apps lie deeper. @throws DevicelaneError when there is not exactly one app */
function appFolder(zip: Zip): string {
  const folders = new Set<string>();
  for (const name of zip.entries.keys()) {
    const [, folder] = IPA_APP.exec(name) ?? [];
    if (folder !== undefined) folders.add(folder);
  }
  const [folder, second] = folders;
  if (folder === undefined || second !== undefined) {
    throw unusable('The IPA must hold exactly one app in its Payload folder.');
  }
  return folder;
}

async function contentOf(zip: Zip, name: string, maxBytes: number): Promise<Buffer> {
  const entry = zip.entries.get(name);
  if (entry === undefined) throw unusable('The app in the IPA has no Info.plist.');
  return zip.content(entry, maxBytes);
}

async function architectures(zip: Zip, folder: string, info: PlistDict): Promise<string[]> {
  const entry = zip.entries.get(folder + textAt(info, 'CFBundleExecutable'));
  if (entry === undefined) return [];
  for await (const chunk of zip.inflate(entry)) return architecturesOf(chunk);
  return [];
}

/** The names in Info.plist lack their ending: `AppIcon60x60` is `AppIcon60x60@2x.png`. */
async function iconOf(zip: Zip, folder: string, info: PlistDict): Promise<Picture | null> {
  const lists = ['CFBundleIcons', 'CFBundleIcons~ipad'].map((key) => dictAt(dictAt(info, key), 'CFBundlePrimaryIcon'));
  const names = [...lists, info].flatMap((list) => textsAt(list, 'CFBundleIconFiles'));
  const entries = [...zip.entries.values()].filter(
    ({ name, inflatedSize }) =>
      inflatedSize <= ICON_LIMITS.bytes &&
      names.some((each) => name.startsWith(folder + each)) &&
      name.endsWith('.png'),
  );
  entries.sort((a, b) => b.inflatedSize - a.inflatedSize);
  for (const entry of entries.slice(0, ICON_LIMITS.tried)) {
    const bytes = await zip.content(entry, ICON_LIMITS.bytes);
    const picture = pictureOf(plainPng(bytes) ?? bytes);
    if (picture !== null) return picture;
  }
  return null;
}
