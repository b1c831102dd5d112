/** Compares what attestations say with the upload: pure. */
import type { Attested, Examined } from '../attestations/port.ts';
import type { Difference, Provenance } from '../contract/provenance.ts';

/** What is known of an upload, by its bytes and by the identity token of the CI job that sent it. */
export type Pinned = {
  /** Lower-case hex. */
  sha256: string;
  issuer: string;
  repositoryId: string;
  ownerId: string;
  /** null: uploaded without an identity token. */
  commit: string | null;
};

type Judged = Omit<Provenance, 'askedAt'>;

export const NONE: Judged = { state: 'none', differs: [], reason: null, build: null };

/**
 * Of several attestations the one that proves most: the same bytes may have been built and attested before, for another
 * commit.
 */
export function judgeAttestations(examined: readonly Examined[], pinned: Pinned): Judged {
  const judged = examined.flatMap((each) => judge(each, pinned));
  return judged.sort((a, b) => rank(a) - rank(b))[0] ?? NONE;
}

function judge(examined: Examined, pinned: Pinned): Judged[] {
  if (examined.kind === 'other') return [];
  if (examined.kind === 'doubtful') return [{ ...NONE, state: 'unverified', reason: examined.reason }];
  const { attested } = examined;
  const differs = differencesOf(attested, pinned);
  return [{ state: differs.length > 0 ? 'mismatch' : 'verified', differs, reason: null, build: attested.build }];
}

function differencesOf(attested: Attested, pinned: Pinned): Difference[] {
  const holds: Record<Difference, boolean> = {
    digest: attested.digests.has(pinned.sha256),
    issuer: attested.issuer === pinned.issuer,
    repository: attested.repositoryId === pinned.repositoryId,
    owner: attested.ownerId === pinned.ownerId,
    commit: pinned.commit === null || attested.build.commit === pinned.commit,
  };
  return (Object.keys(holds) as Difference[]).filter((name) => !holds[name]);
}

/** A mismatch of fewer facts says more; a doubtful one proves nothing either way. */
function rank({ state, differs }: Judged): number {
  if (state === 'verified') return 0;
  return state === 'mismatch' ? differs.length : 100;
}
