/** Code hosts, as far as this product needs them: checks on a commit, and attestations of what was built. */

export type CheckState = {
  name: string;
  headSha: string;
  /** Our id of the check; comes back in the host's events, and finds a check whose creation had an unknown outcome. */
  externalId: string;
  detailsUrl: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: 'success' | 'failure' | 'neutral' | 'timed_out' | 'cancelled' | 'action_required' | null;
  startedAt: Date;
  completedAt: Date | null;
  title: string;
  /** Markdown; at most 65535 bytes. */
  summary: string;
  /** Buttons beside a completed check; at most three. `identifier` comes back in the host's event, of at most 20 characters. */
  actions?: readonly { label: string; description: string; identifier: string }[];
};

/** A repository, by the host's numbers, and the installation that gives access to it. */
export type RepositoryAccess = {
  issuer: string;
  repositoryId: string;
  /** `owner/name` as last seen; for paths and people, never for trust. */
  repository: string;
  installationId: string;
};

/** What a fork's CI run left for testing, as the host states it. */
export type ForkSubmission = {
  attempt: number;
  /** Of the pull request, now. */
  headSha: string;
  change: { number: number; title: string; branch: string; baseBranch: string };
  /** `sha256`: of the artifact's zip, lower-case hex; null where the host does not say. Size in bytes. */
  artifacts: { id: number; name: string; size: number; sha256: string | null }[];
};

export interface CodeHosts {
  /**
   * Makes the check, or finds the one made before under the same external id. Returns the host's id.
   * @throws CodeHostError
   */
  createCheck(access: RepositoryAccess, check: CheckState): Promise<number>;
  /**
   * Whether this person may write to the repository now. The login finds them, the id is who they are.
   * @throws CodeHostError
   */
  mayWrite(access: RepositoryAccess, person: { id: number; login: string }): Promise<boolean>;
  /** @throws CodeHostError */
  updateCheck(access: RepositoryAccess, checkId: number, check: CheckState): Promise<void>;
  /**
   * Whether the change request comes from another repository; also when that one is gone.
   * @throws CodeHostError
   */
  isFromFork(access: RepositoryAccess, changeNumber: number): Promise<boolean>;
  /**
   * Null when the CI run is of no fork, or its commit is not the head of an open pull request any more.
   * @throws CodeHostError
   */
  readForkSubmission(access: RepositoryAccess, ciRunId: number): Promise<ForkSubmission | null>;
  /** The zip of a CI run's artifact, never more than `maxBytes`. Iterating throws CodeHostError. */
  openArtifact(access: RepositoryAccess, artifactId: number, maxBytes: number): AsyncIterable<Uint8Array>;
  /**
   * Signed bundles that tell how a file of this SHA-256 (lower-case hex) was built in the repository, as the host gives
   * them: hostile. `null` stands for one that it keeps elsewhere. At most a page of them.
   * @throws CodeHostError
   */
  listAttestations(access: RepositoryAccess, sha256: string): Promise<unknown[]>;
}

/** What the host says of a person who came back from it: who it is there, and that they run the repository. */
export type ProvenAccess = {
  account: { id: string; login: string };
  ownerId: string;
  /** The installation of this server's App that shows the repository. */
  installationId: string;
  /** `owner/name`, now. */
  repository: string;
};

/** Lets a person prove, with their own account at the code host, that they run a repository. */
export interface AccessProofs {
  /** The issuer whose repositories are proven here. */
  issuer: string;
  /** Where the person's browser is sent. `verifier`: kept here (RFC 7636); its digest goes along. */
  signInUrl(input: { state: string; redirectUrl: string; verifier: string }): string;
  /**
   * Null when the account does not run the repository, or the App is not installed on it: the host is asked as the person,
   * and the token for it is revoked afterwards.
   * @throws CodeHostError `gone` when the code is not, or no longer, good
   */
  prove(input: {
    code: string;
    redirectUrl: string;
    verifier: string;
    ownerId: string;
    repositoryId: string;
  }): Promise<ProvenAccess | null>;
}

/** Tells whether bytes were sent by the code host. */
export interface Webhook {
  /** `signature`: the header that came with the bytes, if any. */
  isSigned(body: Uint8Array, signature: string | undefined): boolean;
}

type Kind = 'gone' | 'broken' | 'unusable';

/**
 * `gone`: the repository, commit or installation is not there for us; `broken`: try again; `unusable`: the answer is not
 * what it should be, and will not be the next time.
 */
export class CodeHostError extends Error {
  readonly kind: Kind;
  /** Milliseconds to wait before the next try, if the host asked for it. */
  readonly retryAfterMs: number | null;

  constructor(kind: Kind, message: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(message, { cause: options.cause });
    this.name = this.constructor.name;
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
