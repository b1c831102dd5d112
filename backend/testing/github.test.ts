import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type GithubStandIn, startGithub } from './github.ts';

let github: GithubStandIn;
beforeAll(async () => {
  github = await startGithub();
});
afterAll(() => github.stop());

describe('the GitHub stand-in', () => {
  test('holds a pull request whose head is a commit of its own', async () => {
    expect(github.pullRequest.headSha).toMatch(/^[0-9a-f]{40}$/);
    expect(github.pullRequest.headSha).not.toBe(github.pullRequest.baseSha);
    expect(await github.checks(github.pullRequest.headSha)).toEqual([]);
  });

  test.each([undefined, 'Bearer unknown', 'token test_token_admin', 'Bearer eyJub3QiOiJhIGp3dCJ9.e30.x'])(
    'refuses %p',
    async (authorization) => {
      const answer = await fetch(`${github.url}/repos/${github.repository.fullName}/check-runs`, {
        method: 'POST',
        headers: authorization ? { authorization } : {},
        body: JSON.stringify({ name: 'x', head_sha: github.pullRequest.headSha }),
      });
      expect(answer.status).toBe(401);
      expect(await github.checks(github.pullRequest.headSha)).toEqual([]);
    },
  );

  test('gives no token for a JWT of another key', async () => {
    const answer = await fetch(`${github.url}/app/installations/${github.installationId}/access_tokens`, {
      method: 'POST',
      headers: { authorization: 'Bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiI0NjgwIn0.AAAA' },
    });
    expect(answer.status).toBe(401);
    expect(github.liveTokens()).toBe(0);
  });
});
