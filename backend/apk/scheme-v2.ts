/**
 * Verifies the signers of APK Signature Scheme v2, v3 and v3.1.
 *
 * Not checked: the proof of rotation of v3 (which older keys it names), and fs-verity digests, which no device needs.
 * Source: Android, "APK Signature Scheme v2" and "v3", Verification.
 */
import { constants, createPublicKey, verify, type X509Certificate } from 'node:crypto';
import { parseCertificate } from './certificate.ts';
import type { DigestAlgorithm } from './content-digest.ts';
import { Fields } from './fields.ts';
import { APK_LIMITS } from './limits.ts';
import { BadSignature } from './signing-facts.ts';

type Algorithm = { digest: DigestAlgorithm; pss?: true };

const ALGORITHMS: ReadonlyMap<number, Algorithm> = new Map([
  [0x0101, { digest: 'sha256', pss: true }],
  [0x0102, { digest: 'sha512', pss: true }],
  [0x0103, { digest: 'sha256' }],
  [0x0104, { digest: 'sha512' }],
  [0x0201, { digest: 'sha256' }],
  [0x0202, { digest: 'sha512' }],
  [0x0301, { digest: 'sha256' }],
]);

/** In v2: the newest scheme that was there when it was signed, so that stripping that one shows. */
const STRIPPING_PROTECTION = 0xbeeff00d;

export type Signer = {
  certificate: X509Certificate;
  /** What the contents must hash to. */
  digests: { algorithm: DigestAlgorithm; value: Buffer }[];
  /** The number of a newer scheme that must be there; null where none is named. */
  alsoSignedWith: number | null;
};

/**
 * Verifies each signature over its signed data; comparing the content digests is left to the caller.
 *
 * @throws BadSignature with what does not hold
 */
export function verifySigners(block: Buffer, scheme: 'v2' | 'v3' | 'v3.1'): Signer[] {
  const signers = new Fields(block).sequence();
  if (signers.length === 0) throw new BadSignature(`Its ${scheme} signature has no signer.`);
  if (signers.length > APK_LIMITS.signers) throw new BadSignature(`Its ${scheme} signature has too many signers.`);
  return signers.map((signer, index) => verifySigner(signer, scheme, `signer ${index + 1} of ${scheme}`));
}

function verifySigner(bytes: Buffer, scheme: string, who: string): Signer {
  const fields = new Fields(bytes);
  const signedData = fields.prefixed();
  const range = scheme === 'v2' ? null : fields.take(8);
  const signatures = fields.sequence().map(numbered);
  const publicKey = fields.prefixed();

  const usable = signatures.filter(({ id }) => ALGORITHMS.has(id));
  if (usable.length === 0) throw new BadSignature(`The ${who} uses no signature algorithm that is supported.`);
  for (const { id, value } of usable) {
    if (!holds(ALGORITHMS.get(id) as Algorithm, publicKey, signedData, new Fields(value).prefixed())) {
      throw new BadSignature(`The signature of ${who} does not match what it signs.`);
    }
  }

  const signed = new Fields(signedData);
  const digests = signed.sequence().map(numbered);
  const [first] = signed.sequence();
  if (range !== null && !signed.take(8).equals(range)) {
    throw new BadSignature(`The ${who} declares its range of Android versions differently in two places.`);
  }
  const attributes = signed.sequence().map(numbered);
  if (signatures.map(({ id }) => id).join() !== digests.map(({ id }) => id).join()) {
    throw new BadSignature(`The ${who} has other algorithms in its digests than in its signatures.`);
  }
  if (first === undefined) throw new BadSignature(`The ${who} has no certificate.`);
  const certificate = parseCertificate(first);
  if (!certificate.publicKey.export({ type: 'spki', format: 'der' }).equals(publicKey)) {
    throw new BadSignature(`The ${who} signs with another key than its certificate's.`);
  }
  const protection = attributes.find(({ id }) => id === STRIPPING_PROTECTION)?.value;
  return {
    certificate,
    digests: digests.flatMap(({ id, value }) => {
      const algorithm = ALGORITHMS.get(id)?.digest;
      return algorithm === undefined ? [] : [{ algorithm, value: new Fields(value).prefixed() }];
    }),
    alsoSignedWith: scheme === 'v2' && protection !== undefined ? new Fields(protection).uint32() : null,
  };
}

function numbered(item: Buffer): { id: number; value: Buffer } {
  const fields = new Fields(item);
  return { id: fields.uint32(), value: item.subarray(4) };
}

function holds(algorithm: Algorithm, publicKey: Buffer, data: Buffer, signature: Buffer): boolean {
  try {
    const key = createPublicKey({ key: publicKey, format: 'der', type: 'spki' });
    const saltLength = algorithm.digest === 'sha256' ? 32 : 64;
    const padding = algorithm.pss ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength } : {};
    return verify(algorithm.digest, data, { key, ...padding }, signature);
  } catch {
    // A key that cannot be read signs nothing.
    return false;
  }
}
