/** How an APK is signed, and whether it holds: the newest scheme decides, as on a device. */
import type { X509Certificate } from 'node:crypto';
import type { ByteSource } from './byte-source.ts';
import { certificateFacts } from './certificate.ts';
import { contentDigests } from './content-digest.ts';
import { signatureBlocks, verifyV1 } from './scheme-v1.ts';
import { type Signer, verifySigners } from './scheme-v2.ts';
import { readSigningBlock, type SigningBlock } from './signing-block.ts';
import { BadSignature, type SignatureScheme, type SigningFacts } from './signing-facts.ts';
import type { Zip } from './zip.ts';

const BLOCK_IDS = [
  ['v2', 0x7109871a],
  ['v3', 0xf05368c0],
  ['v3.1', 0x1b93ad61],
] as const;
const NUMBERS: Partial<Record<SignatureScheme, number>> = { v2: 2, v3: 3 };

/** A signature that does not hold is a fact, not an error. */
export async function readSigning(source: ByteSource, zip: Zip): Promise<SigningFacts> {
  const block = await readSigningBlock(source, zip.end);
  const v1 = signatureBlocks(zip);
  const newer = BLOCK_IDS.filter(([, id]) => block?.values.has(id)).map(([scheme]) => scheme);
  const schemes: SignatureScheme[] = [...(v1.length > 0 ? (['v1'] as const) : []), ...newer];
  if (schemes.length === 0) return { schemes, verified: false, problem: 'It is not signed.', certificates: [] };
  try {
    const numbers = newer.flatMap((scheme) => NUMBERS[scheme] ?? []);
    const certificates =
      block === null || newer.length === 0
        ? await verifyV1(zip, v1, numbers)
        : await verifyBlock(source, zip, block, newer, numbers);
    return { schemes, verified: true, problem: null, certificates: certificates.map(certificateFacts) };
  } catch (error) {
    if (!(error instanceof BadSignature)) throw error;
    return { schemes, verified: false, problem: error.message, certificates: [] };
  }
}

async function verifyBlock(
  source: ByteSource,
  zip: Zip,
  block: SigningBlock,
  schemes: ('v2' | 'v3' | 'v3.1')[],
  numbers: number[],
): Promise<X509Certificate[]> {
  const ids = new Map<string, number>(BLOCK_IDS);
  let newest: Signer[] = [];
  const all: Signer[] = [];
  for (const scheme of schemes) {
    newest = verifySigners(block.values.get(ids.get(scheme) as number) as Buffer, scheme);
    all.push(...newest);
  }
  if (all.some(({ alsoSignedWith }) => alsoSignedWith !== null && !numbers.includes(alsoSignedWith))) {
    throw new BadSignature('Its v2 signature says that it was signed with a newer scheme too, which has been removed.');
  }
  const expected = all.flatMap(({ digests }) => digests);
  const actual = await contentDigests(
    source,
    zip.end,
    block.offset,
    new Set(expected.map(({ algorithm }) => algorithm)),
  );
  if (expected.some(({ algorithm, value }) => !actual.get(algorithm)?.equals(value))) {
    throw new BadSignature('The file was changed after it was signed.');
  }
  return newest.map(({ certificate }) => certificate);
}
