/**
 * Checks and attestations on GitHub, through the backend's own App (REST API, version 2022-11-28). The only importer of
 * Octokit.
 *
 * Each call mints a token for one repository and one permission, and revokes it afterwards: none outlives its use.
 */
import { createAppAuth } from '@octokit/auth-app';
import { Octokit } from '@octokit/rest';
import { boundedFetch } from './bounded-fetch.ts';
import { createGithubAccess } from './github-access.ts';
import { codeHostError } from './github-errors.ts';
import { download, isFromFork, locateArtifact, readForkSubmission } from './github-forks.ts';
import { type AccessProofs, type CheckState, CodeHostError, type CodeHosts, type RepositoryAccess } from './port.ts';

export type GithubSettings = {
  appId: string;
  /** PEM. */
  privateKey: string;
  /** `https://api.github.com`, or that of a GitHub Enterprise Server. */
  apiUrl: string;
  now?: () => Date;
};

/** What one narrowed token reaches: one repository, under the name that it has now. */
export type Repository = { octokit: Octokit; owner: string; repo: string };

const REQUEST_TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;
/** GitHub keeps at most 1000 check runs of one name on a commit. */
const MAX_PAGES = 10;
const PAGE = 100;
/** Attestations of one file that are looked at. */
const MAX_ATTESTATIONS = 30;
/** Later versions of the API give no bundles, only where they lie. */
const BUNDLES_IN_ANSWER = { 'x-github-api-version': '2022-11-28' };

/** Octokit's types do not know of the second yet. */
type Permissions = {
  checks?: 'write';
  attestations?: 'read';
  metadata?: 'read';
  actions?: 'read';
  pull_requests?: 'read';
};

const commonFor = (apiUrl: string) => ({
  baseUrl: apiUrl.replace(/\/$/, ''),
  userAgent: 'devicelane',
  request: { fetch: boundedFetch({ timeoutMs: REQUEST_TIMEOUT_MS, maxBytes: MAX_ANSWER_BYTES }) },
  // Octokit writes to the console by itself.
  log: { debug() {}, info() {}, warn() {}, error() {} },
});

export type GithubSignIn = Pick<GithubSettings, 'apiUrl' | 'now'> & {
  /** Of the identity tokens of this GitHub's workflows. */
  issuer: string;
  clientId: string;
  clientSecret: string;
};

export function createGithubProofs({ apiUrl, now = () => new Date(), ...app }: GithubSignIn): AccessProofs {
  const common = commonFor(apiUrl);
  const { request } = new Octokit(common);
  return createGithubAccess({
    ...app,
    apiUrl: common.baseUrl,
    request,
    explain: (error) => codeHostError(error, now()),
  });
}

export function createGithub({ appId, privateKey, apiUrl, now = () => new Date() }: GithubSettings): CodeHosts {
  const common = commonFor(apiUrl);
  const app = new Octokit({ ...common, authStrategy: createAppAuth, auth: { appId, privateKey } });

  /** Works on the one repository; whatever goes wrong becomes a CodeHostError. */
  async function withRepository<T>(
    access: RepositoryAccess,
    permissions: Permissions,
    work: (repository: Repository) => Promise<T>,
  ): Promise<T> {
    try {
      const { data } = await app.rest.apps.createInstallationAccessToken({
        installation_id: Number(access.installationId),
        repository_ids: [Number(access.repositoryId)],
        permissions,
      });
      const octokit = new Octokit({ ...common, auth: data.token });
      try {
        return await work({ octokit, ...nameOf(access, data.repositories) });
      } finally {
        // The check is what matters: a token that GitHub does not revoke now ends by itself within the hour.
        await octokit.rest.apps.revokeInstallationAccessToken().catch(() => undefined);
      }
    } catch (error) {
      throw codeHostError(error, now());
    }
  }

  return {
    createCheck: (access, check) =>
      withRepository(access, { checks: 'write' }, async (repository) => {
        // Creating is not idempotent: an earlier try may have arrived although its answer did not.
        const existing = await findCheck(repository, check);
        if (existing !== null) {
          await updateCheck(repository, existing, check);
          return existing;
        }
        const { octokit, owner, repo } = repository;
        const { data } = await octokit.rest.checks.create({ owner, repo, head_sha: check.headSha, ...payload(check) });
        return data.id;
      }),
    mayWrite: (access, person) =>
      withRepository(access, { metadata: 'read' }, (repository) => mayWrite(repository, person)),
    updateCheck: (access, checkId, check) =>
      withRepository(access, { checks: 'write' }, (repository) => updateCheck(repository, checkId, check)),
    isFromFork: (access, number) =>
      withRepository(access, { pull_requests: 'read' }, (repository) => isFromFork(repository, number)),
    readForkSubmission: (access, ciRunId) =>
      withRepository(access, { actions: 'read', pull_requests: 'read' }, (repository) =>
        readForkSubmission(repository, ciRunId),
      ),
    async *openArtifact(access, artifactId, maxBytes) {
      const location = await withRepository(access, { actions: 'read' }, (repository) =>
        locateArtifact(repository, artifactId),
      );
      // GitHub's own store: plain http only where GitHub itself is so, which is on this machine.
      if (!location.startsWith('https:') && !common.baseUrl.startsWith('http:')) {
        throw new CodeHostError('unusable', 'GitHub keeps the files behind no https address');
      }
      yield* download(location, maxBytes);
    },
    listAttestations: (access, sha256) =>
      withRepository(access, { attestations: 'read' }, (repository) => listAttestations(repository, sha256)),
  };
}

/**
 * The name that goes with the repository's id today. A name alone is never trusted: it may belong to another repository
 * by now.
 */
function nameOf(access: RepositoryAccess, repositories: { id: number; full_name: string }[] | undefined) {
  const [found, ...others] = repositories ?? [];
  if (!found || others.length > 0 || String(found.id) !== access.repositoryId) {
    throw new CodeHostError('gone', 'GitHub gave a token for another repository than the one asked for');
  }
  const [owner = '', repo = ''] = found.full_name.split('/');
  return { owner, repo };
}

async function findCheck({ octokit, owner, repo }: Repository, check: CheckState): Promise<number | null> {
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const { data } = await octokit.rest.checks.listForRef({
      owner,
      repo,
      ref: check.headSha,
      check_name: check.name,
      filter: 'all',
      per_page: PAGE,
      page,
    });
    const found = data.check_runs.find((each) => each.external_id === check.externalId);
    if (found) return found.id;
    if (data.check_runs.length < PAGE) return null;
  }
  return null;
}

async function updateCheck({ octokit, owner, repo }: Repository, checkId: number, check: CheckState): Promise<void> {
  await octokit.rest.checks.update({ owner, repo, check_run_id: checkId, ...payload(check) });
}

async function mayWrite({ octokit, owner, repo }: Repository, person: { id: number; login: string }): Promise<boolean> {
  const { data } = await octokit.rest.repos
    .getCollaboratorPermissionLevel({ owner, repo, username: person.login })
    .catch((error: { status?: number }) => {
      // So GitHub says that there is nobody of this name.
      if (error.status === 404) return { data: null };
      throw error;
    });
  // A name may have gone to somebody else. "maintain" is told as "write", "triage" as "read".
  return data?.user?.id === person.id && ['admin', 'write'].includes(data.permission);
}

async function listAttestations({ octokit, owner, repo }: Repository, sha256: string): Promise<unknown[]> {
  const answer = await octokit.rest.repos
    .listAttestations({
      owner,
      repo,
      subject_digest: `sha256:${sha256}`,
      predicate_type: 'provenance',
      per_page: MAX_ATTESTATIONS,
      headers: BUNDLES_IN_ANSWER,
    })
    .catch((error: { status?: number }) => {
      // So GitHub says that it has none.
      if (error.status === 404) return null;
      throw error;
    });
  if (!answer) return [];
  const listed: unknown = (answer.data as { attestations?: unknown } | null)?.attestations;
  if (!Array.isArray(listed)) throw new CodeHostError('unusable', 'GitHub’s answer lists no attestations');
  return listed.slice(0, MAX_ATTESTATIONS).map((each: { bundle?: unknown } | null) => each?.bundle ?? null);
}

function payload(check: CheckState) {
  return {
    name: check.name,
    external_id: check.externalId,
    details_url: check.detailsUrl,
    started_at: timestamp(check.startedAt),
    output: { title: check.title, summary: check.summary },
    // Left out, the buttons of before would stay.
    actions: [...(check.actions ?? [])],
    // A conclusion alone completes a check, so it goes with the status or not at all.
    ...(check.status === 'completed' && check.conclusion
      ? {
          status: 'completed' as const,
          conclusion: check.conclusion,
          ...(check.completedAt ? { completed_at: timestamp(check.completedAt) } : {}),
        }
      : { status: check.status === 'completed' ? ('in_progress' as const) : check.status }),
  };
}

/** GitHub takes seconds only. */
function timestamp(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, 'Z');
}
