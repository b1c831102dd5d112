/** Pull requests from forks at the GitHub stand-in: what their workflow runs left, and the store that it lies in. */
import { createHash } from 'node:crypto';

export type ForkPull = { number: number; headSha: string; branch: string; title?: string };

export type ForkArtifact = {
  id: number;
  name: string;
  zip: Buffer;
  /** What GitHub says of it; what is given replaces the truth. */
  size?: number;
  digest?: string | null;
  /** The workflow run that it is of. */
  runId?: number;
};

export type ForkRun = {
  id: number;
  headSha: string;
  branch: string;
  attempt?: number;
  event?: string;
  /** Of the head repository; the base's own for a branch that is no fork's. */
  headRepositoryId?: number;
  artifacts: ForkArtifact[];
};

type Answer = { status: number; headers: Record<string, string>; text: string | Buffer };

export type Forks = {
  /** Open pull requests; taken as they are when asked. */
  pulls: ForkPull[];
  runs: ForkRun[];
  /** Downloads that carried a credential, which is nobody's business there. */
  leaked: string[];
  /** Downloads of the store that were answered. */
  downloads: number;
  /** The store, which asks for no token. */
  store(path: string, authorization: string | undefined): Answer | null;
  /** null: the request is for something else. */
  answer(method: string, path: string, permissions: Readonly<Record<string, string>>, self: string): Answer | null;
};

const FORK_ID = 770_001;
const OWNER = 'outsider';
const JSON_TYPE = { 'content-type': 'application/json; charset=utf-8' };
const json = (value: unknown, status = 200): Answer => ({ status, headers: JSON_TYPE, text: JSON.stringify(value) });

export function createForks(repositoryId: () => number): Forks {
  const runOf = (run: ForkRun) => ({
    id: run.id,
    event: run.event ?? 'pull_request',
    head_sha: run.headSha,
    head_branch: run.branch,
    run_attempt: run.attempt ?? 1,
    repository: { id: repositoryId() },
    head_repository: { id: run.headRepositoryId ?? FORK_ID, owner: { login: OWNER } },
    pull_requests: [],
  });
  const artifactOf = (run: ForkRun, { id, name, zip, size, digest, runId }: ForkArtifact) => ({
    id,
    name,
    size_in_bytes: size ?? zip.length,
    expired: false,
    digest: digest === undefined ? `sha256:${createHash('sha256').update(zip).digest('hex')}` : digest,
    workflow_run: { id: runId ?? run.id, head_sha: run.headSha },
  });
  const pullOf = (pull: ForkPull) => ({
    number: pull.number,
    title: pull.title ?? 'From outside',
    head: { sha: pull.headSha, ref: pull.branch, repo: { id: FORK_ID } },
    base: { ref: 'main', repo: { id: repositoryId() } },
  });
  const forks: Forks = {
    pulls: [],
    runs: [],
    leaked: [],
    downloads: 0,
    store(path, authorization) {
      const id = /^\/store\/(\d+)\.zip\?sig=secret$/.exec(path)?.[1];
      const found = forks.runs.flatMap(({ artifacts }) => artifacts).find((each) => String(each.id) === id);
      if (!found) return null;
      if (authorization) forks.leaked.push(authorization);
      forks.downloads += 1;
      return { status: 200, headers: { 'content-type': 'application/zip' }, text: found.zip };
    },
    answer(method, path, permissions, self) {
      const url = new URL(path, self);
      const [, rest = ''] = /^\/repos\/[^/]+\/[^/]+(\/.*)$/.exec(url.pathname) ?? [];
      if (method !== 'GET') return null;
      if (rest === '/pulls' && url.searchParams.get('head')?.startsWith(`${OWNER}:`)) {
        if (!permissions.pull_requests) return json({ message: 'Resource not accessible by integration' }, 403);
        const branch = url.searchParams.get('head')?.slice(OWNER.length + 1);
        return json(forks.pulls.filter((pull) => pull.branch === branch).map(pullOf));
      }
      const pull = forks.pulls.find(({ number }) => rest === `/pulls/${number}`);
      if (pull && permissions.pull_requests) return json(pullOf(pull));
      const asked = /^\/actions\/(runs|artifacts)\/(\d+)(\/\w+)?$/.exec(rest);
      if (!asked) return null;
      if (!permissions.actions) return json({ message: 'Resource not accessible by integration' }, 403);
      const [, kind, id, part] = asked;
      if (kind === 'artifacts' && part === '/zip') {
        return { status: 302, headers: { location: `${self}/store/${id}.zip?sig=secret` }, text: '' };
      }
      const run = forks.runs.find((each) => String(each.id) === id);
      if (!run) return json({ message: 'Not Found' }, 404);
      if (part === undefined) return json(runOf(run));
      return json({ total_count: run.artifacts.length, artifacts: run.artifacts.map((each) => artifactOf(run, each)) });
    },
  };
  return forks;
}
