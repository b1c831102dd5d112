/** Code hosts, as far as this product writes to them: checks on a commit. */

export type CheckState = {
  name: string;
  headSha: string;
  /** Our id of the check; comes back in the host's events, and finds a check whose creation had an unknown outcome. */
  externalId: string;
  detailsUrl: string;
  status: 'queued' | 'in_progress' | 'completed';
  conclusion: 'success' | 'failure' | 'neutral' | 'timed_out' | 'cancelled' | null;
  startedAt: Date;
  completedAt: Date | null;
  title: string;
  /** Markdown; at most 65535 bytes. */
  summary: string;
};

/** A repository, by the host's numbers, and the installation that gives access to it. */
export type RepositoryAccess = {
  issuer: string;
  repositoryId: string;
  /** `owner/name` as last seen; for paths and people, never for trust. */
  repository: string;
  installationId: string;
};

export interface CodeHosts {
  /**
   * Makes the check, or finds the one made before under the same external id. Returns the host's id.
   * @throws CodeHostError
   */
  createCheck(access: RepositoryAccess, check: CheckState): Promise<number>;
  /** @throws CodeHostError */
  updateCheck(access: RepositoryAccess, checkId: number, check: CheckState): Promise<void>;
}

/** `gone`: the repository, commit or installation is not there for us; `broken`: try again. */
export class CodeHostError extends Error {
  readonly kind: 'gone' | 'broken';
  /** Milliseconds to wait before the next try, if the host asked for it. */
  readonly retryAfterMs: number | null;

  constructor(kind: 'gone' | 'broken', message: string, options: { cause?: unknown; retryAfterMs?: number } = {}) {
    super(message, { cause: options.cause });
    this.name = this.constructor.name;
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs ?? null;
  }
}
