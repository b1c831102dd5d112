/** Reads an Android App Bundle: the manifests of every module, the base's resources, the JAR signature. */
import type { XmlElement } from '../apk/binary-xml.ts';
import type { ByteSource } from '../apk/byte-source.ts';
import { isAbi } from '../apk/contents.ts';
import { readIcon } from '../apk/icon.ts';
import { APK_LIMITS, BUNDLE_LIMITS } from '../apk/limits.ts';
import { readManifest } from '../apk/manifest.ts';
import type { ManifestFacts } from '../apk/manifest-facts.ts';
import type { Picture } from '../apk/picture.ts';
import { NO_RESOURCES, type ResourceTable } from '../apk/resource-lookup.ts';
import { readSigning } from '../apk/signing.ts';
import { unusable } from '../apk/unusable.ts';
import type { Zip, ZipEntry } from '../apk/zip.ts';
import type { BundleFacts } from './bundle-facts.ts';
import { readProtoResources } from './proto-resources.ts';
import { parseProtoXml } from './proto-xml.ts';

const BASE = 'base';
const MANIFEST = /^([^/]+)\/manifest\/AndroidManifest\.xml$/;
const LIBRARY = /^[^/]+\/lib\/([^/]+)\/[^/]+\.so$/;

/** @throws DevicelaneError `invalid_artifact` */
export async function readBundle(source: ByteSource, zip: Zip): Promise<{ bundle: BundleFacts; icon: Picture | null }> {
  const roots = await manifestsOf(zip);
  const base = roots.get(BASE) as XmlElement;
  const resources = await resourcesOf(zip);
  const others = [...roots].filter(([module]) => module !== BASE).map(([, root]) => readManifest(root, NO_RESOURCES));
  const icon = await readIcon(base, { zip, resources, folder: `${BASE}/`, parseXml: parseProtoXml });
  const bundle = {
    manifest: completed(readManifest(base, resources), others),
    modules: [...roots.keys()].sort(),
    abis: abisOf(zip),
    signing: await readSigning(source, zip),
  };
  return { bundle, icon };
}

async function manifestsOf(zip: Zip): Promise<Map<string, XmlElement>> {
  const entries = new Map<string, ZipEntry>();
  for (const entry of zip.entries.values()) {
    const [, module] = MANIFEST.exec(entry.name) ?? [];
    if (module !== undefined) entries.set(module, entry);
  }
  const bytes = [...entries.values()].reduce((sum, { inflatedSize }) => sum + inflatedSize, 0);
  if (entries.size > BUNDLE_LIMITS.modules || bytes > BUNDLE_LIMITS.manifests) {
    throw unusable(
      `The bundle has too many modules, or too large manifests: at most ${BUNDLE_LIMITS.modules} are read.`,
    );
  }
  const roots = new Map<string, XmlElement>();
  for (const [module, entry] of entries) {
    roots.set(module, parseProtoXml(await zip.content(entry, APK_LIMITS.manifest)));
  }
  return roots;
}

async function resourcesOf(zip: Zip): Promise<ResourceTable> {
  const entry = zip.entries.get(`${BASE}/resources.pb`);
  if (entry === undefined || entry.inflatedSize > APK_LIMITS.resources) return NO_RESOURCES;
  return readProtoResources(await zip.content(entry, APK_LIMITS.resources));
}

/** A watch face's base holds resources alone: what it leaves open, the module with the code says. */
function completed(base: ManifestFacts, others: ManifestFacts[]): ManifestFacts {
  const all = [base, ...others];
  const sdks = (of: 'minSdk' | 'targetSdk') => others.map((each) => each[of]).filter((sdk) => sdk !== null);
  const highest = (numbers: number[]) => (numbers.length === 0 ? null : Math.max(...numbers));
  return {
    ...base,
    minSdk: base.minSdk ?? highest(sdks('minSdk')),
    targetSdk: base.targetSdk ?? highest(sdks('targetSdk')),
    permissions: [...new Set(all.flatMap(({ permissions }) => permissions))].sort(),
    debuggable: all.some(({ debuggable }) => debuggable),
  };
}

function abisOf(zip: Zip): string[] {
  const abis = new Set<string>();
  for (const name of zip.entries.keys()) {
    const [, abi] = LIBRARY.exec(name) ?? [];
    if (abi !== undefined && isAbi(abi)) abis.add(abi);
  }
  return [...abis].sort();
}
