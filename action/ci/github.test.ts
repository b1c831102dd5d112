import { describe, expect, test } from '@jest/globals';
import { detectCi } from './index.ts';

const MERGE = 'e'.repeat(40);
const HEAD = 'a'.repeat(40);
const BASE = 'b'.repeat(40);
const ENV = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SHA: MERGE,
  GITHUB_REF: 'refs/heads/main',
  GITHUB_EVENT_PATH: 'event.json',
  GITHUB_WORKSPACE: 'workspace',
  ACTIONS_ID_TOKEN_REQUEST_URL: 'https://ids.example/?x=1',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 't',
};

async function read(event: string, payload: unknown, env: Record<string, string | undefined> = {}) {
  const all = { ...ENV, GITHUB_EVENT_NAME: event, ...env };
  const vendor = detectCi(all);
  if (!vendor) throw new Error('not detected');
  return vendor.read(all, async (path) => (path === 'event.json' ? JSON.stringify(payload) : ''));
}

const pull = (head: object = {}) => ({
  pull_request: {
    number: 7,
    title: 'Fix the login',
    head: { sha: HEAD, ref: 'fix', repo: { id: 1 }, ...head },
    base: { sha: BASE, ref: 'main', repo: { id: 1 } },
  },
});

describe('the commit', () => {
  test('of a pull request is its head, not the merge commit', async () => {
    expect(await read('pull_request', pull(), { GITHUB_REF: 'refs/pull/7/merge' })).toMatchObject({
      commit: { sha: HEAD, branch: 'fix', title: 'Fix the login' },
      changeRequest: { number: 7, baseBranch: 'main', baseSha: BASE },
      fromFork: false,
      folder: 'workspace',
    });
  });

  test('of a push is what was pushed', async () => {
    const payload = { after: HEAD, head_commit: { message: 'Say hello\n\nand why' } };
    expect(await read('push', payload)).toMatchObject({
      commit: { sha: HEAD, branch: 'main', title: 'Say hello' },
      changeRequest: null,
    });
  });

  test('of a tag has no branch', async () => {
    const { commit } = await read('push', { after: HEAD }, { GITHUB_REF: 'refs/tags/v1' });
    expect(commit).toEqual({ sha: HEAD, branch: undefined, title: undefined });
  });

  test('of a merge group is its head', async () => {
    const group = {
      head_sha: HEAD,
      head_ref: 'refs/heads/gh-readonly-queue/main/pr-7-abc',
      head_commit: { message: 'Merge' },
    };
    expect(await read('merge_group', { merge_group: group })).toMatchObject({
      commit: { sha: HEAD, branch: 'gh-readonly-queue/main/pr-7-abc', title: 'Merge' },
    });
  });

  test.each(['workflow_dispatch', 'schedule'])('of a %s is GITHUB_SHA', async (event) => {
    expect(await read(event, {})).toMatchObject({ commit: { sha: MERGE, branch: 'main' }, fromFork: false });
  });

  test('of a workflow run is the one that it was about', async () => {
    const run = { head_sha: HEAD, head_branch: 'fix', head_repository: { id: 1 } };
    expect(await read('workflow_run', { repository: { id: 1 }, workflow_run: run })).toMatchObject({
      commit: { sha: HEAD, branch: 'fix' },
      fromFork: false,
    });
  });

  test('has a title of one line that is not too long', async () => {
    const payload = pull();
    payload.pull_request.title = `a\tb\u0007${'x'.repeat(600)}`;
    const { commit } = await read('pull_request', payload);
    expect(commit.title).toBe(`a b ${'x'.repeat(496)}`);
  });
});

describe('a fork', () => {
  test.each([
    ['another repository', { repo: { id: 2 } }],
    ['a repository that is gone', { repo: null }],
  ])('is %s', async (_, head) => {
    expect((await read('pull_request', pull(head))).fromFork).toBe(true);
    expect((await read('pull_request_target', pull(head))).fromFork).toBe(true);
  });

  test('is seen behind a workflow run too', async () => {
    const run = (repository: object | null) => ({
      repository: { id: 1 },
      workflow_run: { head_sha: HEAD, head_repository: repository },
    });
    expect((await read('workflow_run', run({ id: 2 }))).fromFork).toBe(true);
    expect((await read('workflow_run', run(null))).fromFork).toBe(true);
  });
});

test('a job without an id token is told which permission it lacks', async () => {
  const { noIdToken } = await read('push', { after: HEAD }, { ACTIONS_ID_TOKEN_REQUEST_TOKEN: undefined });
  expect(noIdToken).toContain('id-token: write');
  expect((await read('push', { after: HEAD })).noIdToken).toBeNull();
});

test('another CI is not taken for GitHub', () => {
  expect(detectCi({ GITLAB_CI: 'true' })).toBeNull();
});
