/** What a fork's workflow run left at GitHub, as GitHub states it. */
import type { Repository } from './github.ts';
import { CodeHostError, type ForkSubmission } from './port.ts';

const PAGE = 100;
/** Milliseconds for the whole of an artifact. */
const DOWNLOAD_TIMEOUT_MS = 15 * 60_000;

export async function isFromFork({ octokit, owner, repo }: Repository, number: number): Promise<boolean> {
  const { data } = await octokit.rest.pulls.get({ owner, repo, pull_number: number });
  return data.head.repo?.id !== data.base.repo.id;
}

/** null: it is of no fork, or its commit is not the head of an open pull request any more. */
export async function readForkSubmission(
  { octokit, owner, repo }: Repository,
  workflowRunId: number,
): Promise<ForkSubmission | null> {
  const { data: run } = await octokit.rest.actions.getWorkflowRun({ owner, repo, run_id: workflowRunId });
  const head = run.head_repository as typeof run.head_repository | null;
  if (run.event !== 'pull_request' || !head || head.id === run.repository.id || !run.head_branch) return null;
  // The event of a fork's run names no pull request.
  const { data: pulls } = await octokit.rest.pulls.list({
    owner,
    repo,
    state: 'open',
    head: `${head.owner.login}:${run.head_branch}`,
    per_page: PAGE,
  });
  const pull = pulls.find((each) => each.head.sha === run.head_sha && each.head.repo?.id === head.id);
  if (!pull) return null;
  const { data } = await octokit.rest.actions.listWorkflowRunArtifacts({
    owner,
    repo,
    run_id: workflowRunId,
    per_page: PAGE,
  });
  return {
    attempt: run.run_attempt ?? 1,
    headSha: run.head_sha,
    change: { number: pull.number, title: pull.title, branch: pull.head.ref, baseBranch: pull.base.ref },
    artifacts: data.artifacts
      .filter((each) => !each.expired && each.workflow_run?.id === workflowRunId)
      .map((each) => ({
        id: each.id,
        name: each.name,
        size: each.size_in_bytes,
        sha256: /^sha256:([0-9a-f]{64})$/.exec(each.digest ?? '')?.[1] ?? null,
      })),
  };
}

/** Where the artifact's zip lies: an address that needs no token, for some minutes. */
export async function locateArtifact({ octokit, owner, repo }: Repository, artifactId: number): Promise<string> {
  const answer = await octokit.request('GET /repos/{owner}/{repo}/actions/artifacts/{artifact_id}/zip', {
    owner,
    repo,
    artifact_id: artifactId,
    request: { redirect: 'manual' },
  });
  const { location } = (answer as { headers: { location?: string } }).headers;
  if (!location || !URL.canParse(location)) throw new CodeHostError('unusable', 'GitHub says not where the files lie');
  return location;
}

/** Its bytes, at most so many. The token stays behind, and no redirect is followed. */
export async function* download(location: string, maxBytes: number): AsyncGenerator<Uint8Array> {
  const broken = (cause: unknown): never => {
    throw new CodeHostError('broken', 'the files could not be fetched from GitHub’s store', { cause });
  };
  const signal = AbortSignal.timeout(DOWNLOAD_TIMEOUT_MS);
  const answer = await fetch(location, { redirect: 'error', signal }).catch(broken);
  if (answer.status !== 200 || !answer.body) {
    await answer.body?.cancel();
    throw new CodeHostError('broken', `GitHub’s store answered ${answer.status}`);
  }
  let bytes = 0;
  try {
    for await (const chunk of answer.body) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw new CodeHostError('unusable', `the files are larger than the ${maxBytes} bytes told`);
      yield chunk;
    }
  } catch (error) {
    if (error instanceof CodeHostError) throw error;
    broken(error);
  }
}
