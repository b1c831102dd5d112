/**
 * Verifies a detached PKCS #7 signature, as the `.RSA`, `.DSA` and `.EC` files of a JAR hold it.
 *
 * Source: RFC 2315 and RFC 5652, SignedData and SignerInfo.
 */
import { createHash, verify, type X509Certificate } from 'node:crypto';
import { parseCertificate } from './certificate.ts';
import { type Der, derParts, derValues, oid, TAG } from './der.ts';
import { BadSignature } from './signing-facts.ts';

/** By the hex of the identifier's content. Those of a signature that name a digest too are listed beside it. */
const DIGESTS: Readonly<Record<string, string>> = {
  '2a864886f70d0205': 'md5',
  '2b0e03021a': 'sha1',
  '608648016503040204': 'sha224',
  '608648016503040201': 'sha256',
  '608648016503040202': 'sha384',
  '608648016503040203': 'sha512',
};
const SIGNED_DATA = '2a864886f70d010702';
const MESSAGE_DIGEST = '2a864886f70d010904';

/** @returns the certificate whose key signed the content. @throws BadSignature */
export function verifyPkcs7(block: Buffer, content: Buffer): X509Certificate {
  const [type, wrapped] = derParts(derValues(block)[0], TAG.sequence);
  if (oid(type) !== SIGNED_DATA) throw new BadSignature('Its v1 signature block holds no signature.');
  const signedData = derParts(derParts(wrapped, TAG.context0)[0], TAG.sequence);
  const certificates = signedData
    .filter(({ tag }) => tag === TAG.context0)
    .flatMap(({ content: all }) => derValues(all));
  const [signer] = derParts(signedData.at(-1), TAG.set);
  // Android counts the first signer alone.
  const fields = derParts(signer, TAG.sequence);
  const [, identity, digestAlgorithm, ...rest] = fields;
  const attributes = rest[0]?.tag === TAG.context0 ? rest[0] : undefined;
  const signature = rest.find(({ tag }) => tag === TAG.octets);
  const digest = DIGESTS[oid(derParts(digestAlgorithm, TAG.sequence)[0])];
  if (digest === undefined || signature === undefined) {
    throw new BadSignature('Its v1 signature uses a digest that is not supported.');
  }
  const certificate = certificateOf(identity, certificates);
  const signed = attributes === undefined ? content : signedAttributes(attributes, digest, content);
  if (!holds(digest, signed, certificate, signature.content)) {
    throw new BadSignature('Its v1 signature does not match its signature file.');
  }
  return certificate;
}

/**
 * The certificate that the signer names. By its serial number alone: real files spell the issuer's name in another
 * string type than the certificate does, and a certificate picked wrongly only makes the signature fail.
 */
function certificateOf(identity: Der | undefined, certificates: Der[]): X509Certificate {
  const [, serial] = derParts(identity, TAG.sequence);
  for (const { whole } of certificates) {
    const fields = derParts(derParts(derValues(whole)[0], TAG.sequence)[0], TAG.sequence);
    const itsSerial = fields[0]?.tag === TAG.context0 ? fields[1] : fields[0];
    if (serial !== undefined && itsSerial?.whole.equals(serial.whole)) return parseCertificate(whole);
  }
  throw new BadSignature('Its v1 signature block lacks the certificate of its signer.');
}

/** With signed attributes the signature is over them, and they hold the content's digest. */
function signedAttributes(attributes: Der, digest: string, content: Buffer): Buffer {
  const found = derValues(attributes.content).find((each) => oid(derParts(each, TAG.sequence)[0]) === MESSAGE_DIGEST);
  const value = found && derParts(derParts(found, TAG.sequence)[1], TAG.set)[0];
  if (!value?.content.equals(createHash(digest).update(content).digest())) {
    throw new BadSignature('Its v1 signature is for another signature file.');
  }
  const set = Buffer.from(attributes.whole);
  set[0] = TAG.set;
  return set;
}

function holds(digest: string, data: Buffer, certificate: X509Certificate, signature: Buffer): boolean {
  try {
    return verify(digest, data, certificate.publicKey, signature);
  } catch {
    // A key that cannot be read signs nothing.
    return false;
  }
}
