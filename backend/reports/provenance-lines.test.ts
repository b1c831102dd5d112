import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Actor } from '../context.ts';
import { newId } from '../contract/ids.ts';
import { DIFFERENCES, type Provenance, REASONS } from '../contract/provenance.ts';
import { type AttestedWorld, newBuild, startAttestedWorld } from '../testing/attested-world.ts';
import { CiJob } from '../testing/ci-job.ts';
import { openTenant, tasksDone } from '../testing/kept.ts';
import type { BuildClaims } from '../testing/sigstore.ts';
import { checkProvenance } from '../uploads/check-provenance.ts';
import { provenanceLines } from './provenance-lines.ts';
import { refreshChecks } from './refresh-checks.ts';

const build = { repository: 'acme/app', workflow: 'build.yml', commit: 'a'.repeat(40), runUrl: null, runner: null };
const provenance = (more: Partial<Provenance>): Provenance => ({
  state: 'verified',
  differs: [],
  reason: null,
  build,
  askedAt: '2026-01-02T03:04:05.000Z',
  ...more,
});
const linesOf = (more: Partial<Provenance>) => provenanceLines([{ name: 'app.apk', provenance: provenance(more) }]);

describe('a line', () => {
  test('is there for what was found, and for nothing else', () => {
    expect(provenanceLines([{ name: 'app.apk' }])).toBe('');
    expect(linesOf({ state: 'none', build: null })).toBe('');
    expect(linesOf({ state: 'none', build: null, reason: 'no_access' })).toBe('');
    expect(linesOf({})).toMatch(/^- 🔏 .*\n\n$/);
  });

  test('of a mismatch names every difference', () => {
    const differs = Object.keys(DIFFERENCES) as (keyof typeof DIFFERENCES)[];
    const line = linesOf({ state: 'mismatch', differs });
    for (const name of differs) expect(line).toContain(DIFFERENCES[name]);
  });

  test.each(Object.entries(REASONS) as [keyof typeof REASONS, string][])('says why: %s', (reason, words) => {
    expect(linesOf({ state: 'unverified', reason, build: null })).toBe(
      `- ⚠️ \`app.apk\` is attested, but not verified: ${words}\n\n`,
    );
  });

  test('shows text from outside as code only', () => {
    const evil = '`@everyone` <img src=x> ![](https://evil.example)\n# big';
    const lines = provenanceLines([
      { name: evil, provenance: provenance({ build: { ...build, repository: evil, workflow: evil, commit: evil } }) },
    ]);
    expect(lines.trimEnd()).not.toContain('\n');
    expect(lines.replace(/(`+) ?.*?[^`]\1(?!`)/g, '')).not.toMatch(/@|<|\[|#/);
  });
});

describe('a run', () => {
  let world: AttestedWorld;
  let job: CiJob;
  beforeAll(async () => {
    world = await startAttestedWorld();
    job = await CiJob.start(world);
  });
  afterAll(() => world.stop());
  const checkOf = async (name: string) => {
    await tasksDone(world);
    const checks = await world.github.checks(world.github.pullRequest.headSha);
    return checks.find((check) => check.name === name);
  };

  test.each<[string, Partial<BuildClaims>, RegExp]>([
    [
      'verified',
      {},
      /🔏 `app\.apk` is attested, and verified: built by `\.github\/workflows\/build\.yml` of `acme\/app` at `1f2e3d4c5b`/,
    ],
    ['mismatch', { commit: 'e'.repeat(40) }, /⚠️ `app\.apk` is attested, but for another commit .* at `eeeeeeeeee`/],
  ])('says on its check that its build is %s, also late, and ends as it would have', async (state, more, line) => {
    const { build: app, sha256 } = newBuild();
    const id = await job.upload(app);
    await tasksDone(world);
    const name = `check ${state}`;
    const { runId } = await job.startRun({ name, artifacts: [{ artifactId: id, role: 'app' }] });
    const { verdict } = await job.finished(runId);
    const before = await checkOf(name);
    expect(before?.output.summary).not.toMatch(/attested/);
    await world.attest(sha256, more);
    await checkProvenance({ ctx: await openTenant(world), input: { artifactId: id } });
    const after = await checkOf(name);
    expect(after?.output.summary).toMatch(line);
    expect(after).toMatchObject({ conclusion: before?.conclusion, status: 'completed' });
    expect((await job.readRun(runId)).verdict).toBe(verdict);
  });

  test.each<Actor>([{ kind: 'operator' }, { kind: 'person', id: 'per_1', role: 'admin' }])(
    'has its check posted again for the queue only, not for a $kind',
    async (actor) => {
      const ctx = await openTenant(world, { actor });
      const refreshed = refreshChecks({ ctx, input: { artifactId: newId('artifact', ctx.tenant.route) } });
      await expect(refreshed).rejects.toMatchObject({ code: 'forbidden' });
    },
  );
});
