/** Reads a build file, in the order in which it can be trusted: zip, kind, manifest, signature. */
import { readBundle } from '../aab/read-bundle.ts';
import { readFlows } from '../flows/read-flows.ts';
import { readIosApp } from '../ios/read-app.ts';
import { readTestRuns } from '../ios/test-runs.ts';
import { parseBinaryXml } from './binary-xml.ts';
import type { ApkFacts, BuildFacts } from './build-facts.ts';
import { type ByteSource, inBlocks } from './byte-source.ts';
import { containerOf } from './container.ts';
import { summarise } from './contents.ts';
import { readIcon } from './icon.ts';
import { APK_LIMITS } from './limits.ts';
import { readManifest } from './manifest.ts';
import { renderXml } from './manifest-text.ts';
import { type CleartextRules, readCleartextRules } from './network-security.ts';
import type { Picture } from './picture.ts';
import { NO_RESOURCES, type ResourceTable } from './resource-lookup.ts';
import { readResourceTable } from './resource-table.ts';
import { readSigning } from './signing.ts';
import { openZip, type Zip, type ZipEntry } from './zip.ts';

/** Runs in the reading thread; others call `readBuild`. @throws DevicelaneError `invalid_artifact` */
export async function examine(source: ByteSource): Promise<BuildFacts> {
  const blocks = inBlocks(source);
  const zip = await openZip(blocks);
  const container = await containerOf(zip);
  switch (container) {
    case 'apk':
      return { container, ...(await examineApk(blocks, zip)) };
    case 'aab':
      return { container, ...(await readBundle(blocks, zip)) };
    case 'ipa':
      return { container, ...(await readIosApp(zip)) };
    case 'xctest_zip':
      return { container, tests: await readTestRuns(zip) };
    case 'maestro_zip':
      return { container, flows: await readFlows(zip) };
  }
}

async function examineApk(source: ByteSource, zip: Zip): Promise<{ apk: ApkFacts; icon: Picture | null }> {
  const manifestXml = zip.entries.get('AndroidManifest.xml') as ZipEntry;
  const root = parseBinaryXml(await zip.content(manifestXml, APK_LIMITS.manifest));
  const resources = await resourcesOf(zip);
  const manifest = readManifest(root, resources);
  const apk = {
    bytes: source.size,
    manifest,
    manifestText: renderXml(root),
    cleartext: await cleartextOf(zip, manifest.networkSecurityConfig, resources),
    signing: await readSigning(source, zip),
    contents: summarise(zip),
  };
  return { apk, icon: await readIcon(root, { zip, resources, folder: '', parseXml: parseBinaryXml }) };
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
