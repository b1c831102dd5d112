/** Where a build comes from: what its attestation proves of the bytes that were uploaded, as far as it was asked for. */
import * as z from 'zod/mini';

/**
 * `verified`: signed by a trusted authority, and of this upload. `mismatch`: signed by one, and of something else.
 * `unverified`: there, but nothing vouches for it. `none`: the code host has none.
 */
export const ProvenanceState = z.enum(['verified', 'mismatch', 'unverified', 'none']);

/** What an attestation may be wrong about, and what it then says: "it is for ‹this›". */
export const DIFFERENCES = {
  digest: 'other bytes than these',
  issuer: 'a CI of another issuer',
  repository: 'another repository',
  owner: 'another owner’s repository',
  commit: 'another commit than the CI job that uploaded it',
} as const;
export type Difference = keyof typeof DIFFERENCES;

/** Why nothing vouches for an attestation, or why none could be asked for. */
export const REASONS = {
  authority: 'no authority that this server trusts signed it, or not at that time',
  timestamp: 'its time is not vouched for',
  log: 'the transparency log does not vouch for it',
  signature: 'its signature does not hold',
  malformed: 'it is not what an attestation looks like',
  unusable: 'the code host’s answer is too large, or is none',
  not_inline: 'the code host only says where it lies',
  no_access: 'the code host does not let it be asked for: the GitHub App needs the permission `attestations: read`',
} as const;
export type Reason = keyof typeof REASONS;

const keysOf = <T extends string>(table: Record<T, string>) => z.enum(Object.keys(table) as [T, ...T[]]);

/** The build that was attested, by the certificate of its signature. */
export const AttestedBuild = z.object({
  /** `owner/name`. */
  repository: z.string(),
  /** The workflow's file in its repository. */
  workflow: z.string(),
  commit: z.string(),
  /** The CI run, for a person. */
  runUrl: z.nullable(z.string()),
  /** `github-hosted` or `self-hosted`. */
  runner: z.nullable(z.string()),
});
export type AttestedBuild = z.infer<typeof AttestedBuild>;

export const Provenance = z.object({
  state: ProvenanceState,
  /** Of a mismatch. */
  differs: z.array(keysOf<Difference>(DIFFERENCES)),
  reason: z.nullable(keysOf<Reason>(REASONS)),
  /** Of a verified attestation or a mismatch; of another it is not to be believed, and left out. */
  build: z.nullable(AttestedBuild),
  /** When the code host was asked. */
  askedAt: z.iso.datetime(),
});
export type Provenance = z.infer<typeof Provenance>;
