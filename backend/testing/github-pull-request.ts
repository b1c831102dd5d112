/** Opens a pull request at the GitHub stand-in: a branch with a commit of its own, as a push would leave it. */
type Seeded = (path: string, init?: RequestInit) => Promise<Response>;

const HEAD_REF = 'feature/sign-in';

export async function openPullRequest(seeded: Seeded, fullName: string) {
  const ask = async <T>(path: string, body?: unknown): Promise<T> => {
    const answer = await seeded(
      `/repos/${fullName}${path}`,
      body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) },
    );
    if (!answer.ok) throw new Error(`the GitHub stand-in answered ${answer.status} to ${path}`);
    return (await answer.json()) as T;
  };
  const base = await ask<{ object: { sha: string } }>('/git/ref/heads/main');
  const commit = await ask<{ tree: { sha: string } }>(`/git/commits/${base.object.sha}`);
  const head = await ask<{ sha: string }>('/git/commits', {
    message: 'Sign in with a passkey',
    tree: commit.tree.sha,
    parents: [base.object.sha],
  });
  await ask('/git/refs', { ref: `refs/heads/${HEAD_REF}`, sha: head.sha });
  const { number } = await ask<{ number: number }>('/pulls', {
    title: 'Sign in with a passkey',
    head: HEAD_REF,
    base: 'main',
  });
  return { number, headSha: head.sha, baseSha: base.object.sha, headRef: HEAD_REF };
}
