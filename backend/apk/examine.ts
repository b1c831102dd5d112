/** Reads a build file, in the order in which it can be trusted: zip, kind, manifest, signature. */
import { parseBinaryXml } from './binary-xml.ts';
import type { ApkFacts, BuildFacts } from './build-facts.ts';
import { type ByteSource, inBlocks } from './byte-source.ts';
import { containerOf } from './container.ts';
import { summarise } from './contents.ts';
import { APK_LIMITS } from './limits.ts';
import { readManifest } from './manifest.ts';
import { renderXml } from './manifest-text.ts';
import { type CleartextRules, readCleartextRules } from './network-security.ts';
import { NO_RESOURCES, type ResourceTable, readResourceTable } from './resource-table.ts';
import { readSigning } from './signing.ts';
import { openZip, type Zip, type ZipEntry } from './zip.ts';

/** Runs in the reading thread; others call `readBuild`. @throws DevicelaneError `invalid_artifact` */
export async function examine(source: ByteSource): Promise<BuildFacts> {
  const blocks = inBlocks(source);
  const zip = await openZip(blocks);
  const container = await containerOf(zip);
  return container === 'apk' ? { container, apk: await examineApk(blocks, zip) } : { container };
}

async function examineApk(source: ByteSource, zip: Zip): Promise<ApkFacts> {
  const manifestXml = zip.entries.get('AndroidManifest.xml') as ZipEntry;
  const root = parseBinaryXml(await zip.content(manifestXml, APK_LIMITS.manifest));
  const resources = await resourcesOf(zip);
  const manifest = readManifest(root, resources);
  return {
    bytes: source.size,
    manifest,
    manifestText: renderXml(root),
    cleartext: await cleartextOf(zip, manifest.networkSecurityConfig, resources),
    signing: await readSigning(source, zip),
    contents: summarise(zip),
  };
}

async function resourcesOf(zip: Zip): Promise<ResourceTable> {
  const entry = zip.entries.get('resources.arsc');
  if (entry === undefined || entry.inflatedSize > APK_LIMITS.resources) return NO_RESOURCES;
  return readResourceTable(await zip.content(entry, APK_LIMITS.resources));
}

async function cleartextOf(zip: Zip, path: string | null, resources: ResourceTable): Promise<CleartextRules | null> {
  const entry = path === null ? undefined : zip.entries.get(path);
  if (entry === undefined || entry.inflatedSize > APK_LIMITS.networkSecurityConfig) return null;
  return readCleartextRules(parseBinaryXml(await zip.content(entry, APK_LIMITS.networkSecurityConfig)), resources);
}
