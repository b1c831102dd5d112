import { createHash, X509Certificate } from 'node:crypto';
import { BadSignature, type CertificateFacts } from './signing-facts.ts';

/** @throws BadSignature when it is not a certificate */
export function parseCertificate(der: Uint8Array): X509Certificate {
  try {
    return new X509Certificate(der);
  } catch {
    throw new BadSignature('A signer has a certificate that cannot be read.');
  }
}

export function certificateFacts(certificate: X509Certificate): CertificateFacts {
  const subject = oneLine(certificate.subject);
  const notAfter = new Date(certificate.validTo);
  return {
    sha256: createHash('sha256').update(certificate.raw).digest('hex'),
    subject,
    issuer: oneLine(certificate.issuer),
    notAfter: Number.isNaN(notAfter.getTime()) ? null : notAfter.toISOString(),
    debug: subject.split(', ').includes('CN=Android Debug'),
  };
}

/** Node gives one attribute a line; a name is free text of whoever made the certificate. */
function oneLine(name: string | undefined): string {
  return (name ?? '')
    .split('\n')
    .join(', ')
    .replace(/\p{Cc}/gu, '?')
    .slice(0, 500);
}
