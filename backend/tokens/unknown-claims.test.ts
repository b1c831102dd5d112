import { describe, expect, test } from '@jest/globals';
import { githubClaims, gitlabClaims } from '../testing/oidc.ts';
import { unknownClaims } from './unknown-claims.ts';

describe('claims that are not known', () => {
  test('are none of those that GitHub and GitLab write today', () => {
    expect(unknownClaims('github', githubClaims())).toEqual([]);
    expect(unknownClaims('gitlab', gitlabClaims())).toEqual([]);
  });

  test('are told by name, an organisation’s own properties apart', () => {
    const payload = { sub: 'x', actor: 'dev', repo_property_team: 'a', source_project_id: '7', trust_me: 'yes' };
    expect(unknownClaims('github', payload)).toEqual(['source_project_id', 'trust_me']);
  });

  test('are told in a bounded way, whatever they are called', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`claim_${index}`, '']));
    expect(unknownClaims('github', { ...many, 'x\n{"level":60}': '', ['y'.repeat(65)]: '' })).toHaveLength(20);
    expect(unknownClaims('github', { 'x\n{"level":60}': '', ['y'.repeat(65)]: '', '': '' })).toEqual([]);
  });
});
