/**
 * Claims that nobody here has decided about. A provider that adds one may have changed what another means, so the operator's
 * log tells their names; they decide nothing.
 */
import { GithubClaims, OTHER_GITHUB_CLAIMS } from './github-claims.ts';
import { GitlabClaims, OTHER_GITLAB_CLAIMS } from './gitlab-claims.ts';

const KNOWN = {
  github: new Set([...Object.keys(GithubClaims.shape), ...OTHER_GITHUB_CLAIMS]),
  gitlab: new Set([...Object.keys(GitlabClaims.shape), ...OTHER_GITLAB_CLAIMS]),
};
const MOST = 20;

/** Names only, of a usual form, and so many at most. */
export function unknownClaims(kind: 'github' | 'gitlab', payload: object): string[] {
  return Object.keys(payload)
    .filter((name) => !KNOWN[kind].has(name) && !name.startsWith('repo_property_') && /^\w{1,64}$/.test(name))
    .slice(0, MOST);
}
