/**
 * Verifies JAR signing, scheme v1: signature block → `.SF` → `MANIFEST.MF` → every entry.
 *
 * Source: the JAR file specification, Signature validation; Android, "APK signing", v1.
 */
import { createHash, type X509Certificate } from 'node:crypto';
import { declaredDigests, digestOf, type JarSection, readSections } from './jar-manifest.ts';
import { APK_LIMITS } from './limits.ts';
import { verifyPkcs7 } from './pkcs7.ts';
import { BadSignature } from './signing-facts.ts';
import { quoted } from './unusable.ts';
import type { Zip, ZipEntry } from './zip.ts';

const MANIFEST = 'META-INF/MANIFEST.MF';
const SIGNATURE_BLOCK = /^META-INF\/[^/]+\.(RSA|DSA|EC)$/i;

/** The names of the signature blocks; none means that scheme v1 is not present. */
export function signatureBlocks(zip: Zip): string[] {
  if (!zip.entries.has(MANIFEST)) return [];
  const blocks = [...zip.entries.keys()].filter((name) => SIGNATURE_BLOCK.test(name));
  return blocks.filter((name) => zip.entries.has(signatureFileOf(name))).sort();
}

/**
 * @param newerSchemes those that were found (2, 3): a signature file may name one that must be there
 * @throws BadSignature with what does not hold
 */
export async function verifyV1(zip: Zip, blocks: string[], newerSchemes: number[]): Promise<X509Certificate[]> {
  if (blocks.length > APK_LIMITS.signers) throw new BadSignature('Its v1 signature has too many signers.');
  const manifest = await read(zip, MANIFEST);
  const sections = readSections(manifest);
  const certificates: X509Certificate[] = [];
  for (const name of blocks) {
    const signatureFile = await read(zip, signatureFileOf(name));
    certificates.push(verifyPkcs7(await read(zip, name), signatureFile));
    checkSignatureFile(readSections(signatureFile), manifest, sections, newerSchemes);
  }
  await checkEntries(zip, sections.slice(1));
  return certificates;
}

function checkSignatureFile(
  signatureFile: JarSection[],
  manifest: Buffer,
  sections: JarSection[],
  newerSchemes: number[],
): void {
  const [main] = signatureFile;
  if (main === undefined) throw new BadSignature('Its v1 signature file is empty.');
  const promised = (main.attributes.get('x-android-apk-signed') ?? '')
    .split(',')
    .map((scheme) => Number(scheme.trim()));
  if (promised.some((scheme) => (scheme === 2 || scheme === 3) && !newerSchemes.includes(scheme))) {
    throw new BadSignature('Its v1 signature says that it was signed with a newer scheme too, which has been removed.');
  }
  const whole = declaredDigests(main, '-digest-manifest');
  if (whole.length > 0 && whole.every(({ algorithm, value }) => digestOf(algorithm, manifest) === value)) return;
  // A manifest with entries added later is held section by section.
  const named = new Map(signatureFile.slice(1).map((section) => [section.attributes.get('name'), section]));
  for (const section of sections.slice(1)) {
    const name = section.attributes.get('name');
    const signed = named.get(name);
    const digests = signed === undefined ? [] : declaredDigests(signed, '-digest');
    if (digests.length === 0 || digests.some(({ algorithm, value }) => digestOf(algorithm, section.bytes) !== value)) {
      throw new BadSignature(`Its v1 signature does not cover the manifest's section ${quoted(name ?? '')}.`);
    }
  }
}

async function checkEntries(zip: Zip, sections: JarSection[]): Promise<void> {
  const byName = new Map(sections.map((section) => [section.attributes.get('name'), section]));
  for (const entry of zip.entries.values()) {
    if (entry.name.startsWith('META-INF/') || entry.name.endsWith('/')) continue;
    const section = byName.get(entry.name);
    const digests = section === undefined ? [] : declaredDigests(section, '-digest');
    if (digests.length === 0) throw new BadSignature(`Its v1 signature does not cover ${quoted(entry.name)}.`);
    if (!(await matches(zip, entry, digests))) {
      throw new BadSignature(`${quoted(entry.name)} was changed after it was signed with v1.`);
    }
  }
  for (const name of byName.keys()) {
    if (name !== undefined && !zip.entries.has(name)) {
      throw new BadSignature(`${quoted(name)} was signed with v1 and has been removed.`);
    }
  }
}

async function matches(zip: Zip, entry: ZipEntry, digests: { algorithm: string; value: string }[]): Promise<boolean> {
  const hashes = digests.map(({ algorithm, value }) => ({ hash: createHash(algorithm), value }));
  for await (const chunk of zip.inflate(entry)) for (const { hash } of hashes) hash.update(chunk);
  return hashes.every(({ hash, value }) => hash.digest('base64') === value);
}

function signatureFileOf(block: string): string {
  return block.replace(/\.[^.]+$/, '.SF');
}

function read(zip: Zip, name: string): Promise<Buffer> {
  return zip.content(zip.entries.get(name) as ZipEntry, APK_LIMITS.signatureFile);
}
