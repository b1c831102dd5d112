/** How an APK is signed, as data. */

export type SignatureScheme = 'v1' | 'v2' | 'v3' | 'v3.1';

export type CertificateFacts = {
  /** Of the DER form, lower-case hex: what Android and the stores call the certificate's fingerprint. */
  sha256: string;
  subject: string;
  issuer: string;
  /** ISO 8601; null where the certificate says it in a form that is not understood. */
  notAfter: string | null;
  /** Made by the Android tools for debug builds: `CN=Android Debug`. Any developer's machine has such a key. */
  debug: boolean;
};

export type SigningFacts = {
  /** Those that are present, whether they hold or not. */
  schemes: SignatureScheme[];
  /** Whether every scheme of v2 and newer holds; v1 is looked at only where it is the only one, as by Android 7 and newer. */
  verified: boolean;
  /** Why it is not verified, as one sentence. */
  problem: string | null;
  /** Of the newest scheme, in the order of its signers. */
  certificates: CertificateFacts[];
};

/** A signature that is there and does not hold. The message is for people. */
export class BadSignature extends Error {
  constructor(message: string) {
    super(message);
    this.name = this.constructor.name;
  }
}
