/**
 * GitHub Actions. The commit is the one that a check belongs on: for a pull request its head, never GITHUB_SHA, which is
 * there a merge commit that no required check looks at.
 *
 * https://docs.github.com/actions/reference/events-that-trigger-workflows
 */
import * as z from 'zod/mini';
import { type CiContext, type CiVendor, type Env, oneLine } from './ci.ts';

const Repository = z.nullish(z.object({ id: z.int() }));
const Payload = z.object({
  repository: z.optional(z.object({ id: z.int() })),
  after: z.optional(z.string()),
  head_commit: z.nullish(z.object({ message: z.string() })),
  pull_request: z.optional(
    z.object({
      number: z.int(),
      title: z.string(),
      head: z.object({ sha: z.string(), ref: z.string(), repo: Repository }),
      base: z.object({ sha: z.string(), ref: z.string(), repo: Repository }),
    }),
  ),
  merge_group: z.optional(
    z.object({
      head_sha: z.string(),
      head_ref: z.string(),
      head_commit: z.nullish(z.object({ message: z.string() })),
    }),
  ),
  workflow_run: z.optional(
    z.object({ head_sha: z.string(), head_branch: z.nullish(z.string()), head_repository: Repository }),
  ),
});
type Payload = z.infer<typeof Payload>;
type Source = Pick<CiContext, 'commit' | 'changeRequest' | 'fromFork'>;

export const github: CiVendor = {
  name: 'GitHub Actions',
  detect: (env) => env.GITHUB_ACTIONS === 'true',
  async read(env, readFile) {
    const payload = Payload.safeParse(env.GITHUB_EVENT_PATH ? JSON.parse(await readFile(env.GITHUB_EVENT_PATH)) : {});
    if (!payload.success) throw new Error("the event's payload has not the shape that GitHub documents");
    return {
      ...sourceOf(payload.data, env),
      noIdToken: env.ACTIONS_ID_TOKEN_REQUEST_URL && env.ACTIONS_ID_TOKEN_REQUEST_TOKEN ? null : NO_ID_TOKEN,
      folder: env.GITHUB_WORKSPACE ?? '.',
    };
  },
};

const NO_ID_TOKEN =
  'GitHub gave this job no id token. Add `permissions: { contents: read, id-token: write }` to the job ' +
  "(a job's own permissions replace the workflow's), or give an API token in `token`.";

function sourceOf(payload: Payload, env: Env): Source {
  const { pull_request: pull, merge_group: group, workflow_run: run } = payload;
  if (pull) {
    return {
      commit: commit(pull.head.sha, pull.head.ref, pull.title),
      changeRequest: {
        number: pull.number,
        baseBranch: oneLine(pull.base.ref, 255) ?? '',
        baseSha: pull.base.sha,
      },
      // A fork that was deleted meanwhile has no repository any more: it stays a fork.
      fromFork: !pull.head.repo || pull.head.repo.id !== pull.base.repo?.id,
    };
  }
  if (group) return own(commit(group.head_sha, branchOf(group.head_ref), group.head_commit?.message));
  if (run) {
    const fromFork = !run.head_repository || run.head_repository.id !== payload.repository?.id;
    return { commit: commit(run.head_sha, run.head_branch ?? undefined), changeRequest: null, fromFork };
  }
  const sha = env.GITHUB_EVENT_NAME === 'push' ? payload.after : env.GITHUB_SHA;
  return own(commit(sha ?? env.GITHUB_SHA ?? '', branchOf(env.GITHUB_REF), payload.head_commit?.message));
}

function own(ofThisRepository: Source['commit']): Source {
  return { commit: ofThisRepository, changeRequest: null, fromFork: false };
}

function commit(sha: string, branch: string | undefined, title?: string): Source['commit'] {
  return { sha, branch: oneLine(branch, 255), title: oneLine(title, 500) };
}

/** The branch of a full ref; a tag has none. */
function branchOf(ref: string | undefined): string | undefined {
  return ref?.startsWith('refs/heads/') ? ref.slice('refs/heads/'.length) : undefined;
}
