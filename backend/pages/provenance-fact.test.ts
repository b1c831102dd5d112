import { describe, expect, test } from '@jest/globals';
import { DIFFERENCES, type Provenance, REASONS } from '../contract/provenance.ts';
import { renderProvenance } from './provenance-fact.ts';

const build = {
  repository: 'acme/app',
  workflow: '.github/workflows/build.yml',
  commit: '1f2e3d4c5b6a79880716253443526170a9b8c7d6',
  runUrl: 'https://github.com/acme/app/actions/runs/88001/attempts/1',
  runner: 'github-hosted',
};
const render = (more: Partial<Provenance>): string =>
  String(
    renderProvenance({
      state: 'verified',
      differs: [],
      reason: null,
      build,
      askedAt: '2026-01-02T03:04:05.000Z',
      ...more,
    }),
  );
/** As it is read, without its tags. */
const text = (more: Partial<Provenance>): string =>
  render(more)
    .replace(/<[^>]*>/g, '')
    .replace(/\s+/g, ' ')
    .trim();

describe('the provenance of a build', () => {
  test('that was verified says who built it, where and of what', () => {
    expect(text({})).toBe('Built by acme/app’s workflow .github/workflows/build.yml at 1f2e3d4c5b, attested, verified');
    expect(text({ build: { ...build, runner: 'self-hosted' } })).toMatch(/at 1f2e3d4c5b on a self-hosted runner/);
  });

  test.each(Object.entries(DIFFERENCES) as [keyof typeof DIFFERENCES, string][])(
    'that is another %s is a warning, and never reads as verified',
    (name, words) => {
      const said = text({ state: 'mismatch', differs: [name] });
      expect(said).toMatch(/^warning Attested, but for /);
      expect(said).toContain(words);
      expect(said).not.toContain('verified');
    },
  );

  test.each(Object.entries(REASONS) as [keyof typeof REASONS, string][])(
    'that nobody vouches for is a warning, and says why: %s',
    (reason, words) => {
      expect(text({ state: 'unverified', reason, build: null })).toBe(`warning Attested, but not verified: ${words}`);
    },
  );

  test('that is not there is no warning', () => {
    expect(text({ state: 'none', build: null })).toBe('No attestation found');
    expect(text({ state: 'none', build: null, reason: 'no_access' })).toMatch(/^Not known: /);
  });

  test('escapes what the certificate says, and keeps it short', () => {
    const evil = `<script>alert(1)</script>"'>${'x'.repeat(5_000)}`;
    const rendered = render({ build: { repository: evil, workflow: evil, commit: evil, runUrl: evil, runner: evil } });
    expect(rendered).not.toMatch(/<script/);
    expect(rendered.length).toBeLessThan(2_000);
  });
});
