/** Finds the app's icon: the bitmap that a page shows best. An adaptive icon, which is XML, gives its foreground. */
import { VALUE, type XmlElement } from './binary-xml.ts';
import { ICON_LIMITS } from './limits.ts';
import { type Picture, pictureOf } from './picture.ts';
import type { ResourceFile, ResourceTable } from './resource-lookup.ts';
import { isRefusal } from './unusable.ts';
import type { Zip } from './zip.ts';

/** 96 pixels for a launcher icon: enough for a page. */
const WANTED_DPI = 320;
const DEFAULT_DPI = 160;
/** `anydpi` and `nodpi`, which are no densities. */
const NO_DENSITIES = 0xfffe;

type Where = {
  zip: Zip;
  resources: ResourceTable;
  /** The folder in the zip under which the table's paths lie: a bundle's module. */
  folder: string;
  parseXml: (bytes: Buffer) => XmlElement;
};

/** Returns null where there is none that can be shown. An icon is an ornament: one that cannot be read refuses no build. */
export async function readIcon(manifest: XmlElement, where: Where): Promise<Picture | null> {
  const application = manifest.children.find(({ name }) => name === 'application');
  const files = application === undefined ? [] : filesOf(application, 'android:icon', where.resources);
  try {
    return (await firstPicture(files, where)) ?? (await foregroundOf(files, where));
  } catch (error) {
    if (isRefusal(error)) return null;
    throw error;
  }
}

function filesOf(element: XmlElement, attribute: string, resources: ResourceTable): ResourceFile[] {
  const found = element.attributes.find(({ name }) => name === attribute);
  if (found?.type === VALUE.reference) return resources.files(found.data);
  return found?.type === VALUE.string && found.text ? [{ path: found.text, density: 0 }] : [];
}

async function firstPicture(files: ResourceFile[], { zip, folder }: Where): Promise<Picture | null> {
  const bitmaps = files.filter(({ path }) => /\.(png|webp)$/.test(path)).sort((a, b) => rank(a) - rank(b));
  for (const { path } of bitmaps.slice(0, ICON_LIMITS.tried)) {
    const entry = zip.entries.get(folder + path);
    if (entry === undefined || entry.inflatedSize > ICON_LIMITS.bytes) continue;
    const picture = pictureOf(await zip.content(entry, ICON_LIMITS.bytes));
    if (picture !== null) return picture;
  }
  return null;
}

async function foregroundOf(files: ResourceFile[], where: Where): Promise<Picture | null> {
  const path = files.find((file) => file.path.endsWith('.xml'))?.path;
  const entry = path === undefined ? undefined : where.zip.entries.get(where.folder + path);
  if (entry === undefined || entry.inflatedSize > ICON_LIMITS.bytes) return null;
  const root = where.parseXml(await where.zip.content(entry, ICON_LIMITS.bytes));
  const foreground = root.children.find(({ name }) => name === 'foreground');
  return foreground === undefined
    ? null
    : firstPicture(filesOf(foreground, 'android:drawable', where.resources), where);
}

/** The smallest that is large enough, then the largest. */
function rank({ density }: ResourceFile): number {
  const dpi = density === 0 || density >= NO_DENSITIES ? DEFAULT_DPI : density;
  return dpi >= WANTED_DPI ? dpi - WANTED_DPI : 0x10000 - dpi;
}
