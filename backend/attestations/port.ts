/** Attestations of builds: reads a signed bundle, and says who vouches for it and what it is about. */
import type { AttestedBuild, Reason } from '../contract/provenance.ts';

/** What a trusted authority vouches for. */
export type Attested = {
  /** SHA-256 of the files that it is about: lower-case hex. */
  digests: ReadonlySet<string>;
  /** The issuer of the identity token that the CI job had; numbers mean nothing without it. */
  issuer: string;
  repositoryId: string;
  ownerId: string;
  build: AttestedBuild;
};

export type Examined =
  /** Signed by a trusted authority. */
  | { kind: 'vouched'; attested: Attested }
  | { kind: 'doubtful'; reason: Extract<Reason, 'authority' | 'timestamp' | 'log' | 'signature' | 'malformed'> }
  /** An attestation of something else than a build, such as a list of its parts. */
  | { kind: 'other' };

export interface AttestationVerifier {
  /** A bundle as the code host gave it: hostile. Never throws. */
  examine(bundle: unknown): Examined;
}
