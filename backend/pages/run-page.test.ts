import { describe, expect, test } from '@jest/globals';
import type { Artifact } from '../contract/artifacts.ts';
import type { Evidence, TestResult } from '../contract/results.ts';
import type { JobView, RunView } from '../contract/runs.ts';
import { VERDICTS } from '../contract/verdicts.ts';
import { renderRunPage } from './run-page.ts';

const NOW = new Date('2026-01-02T03:09:05.000Z');
const counts = { total: 4, passed: 2, failed: 1, newFailures: 1, flaky: 1, skipped: 0 };

function job(more: Partial<JobView> = {}): JobView {
  return {
    jobId: 'job_1',
    farm: 'lab',
    device: 'Pixel 8 (34)',
    shard: { index: 0, count: 1 },
    state: 'finished',
    verdict: 'failed',
    counts,
    reason: null,
    tries: 1,
    consoleUrl: null,
    ...more,
  };
}

function run(more: Partial<RunView> = {}): RunView {
  return {
    runId: 'run_1',
    name: 'Devicelane',
    state: 'finished',
    verdict: 'failed',
    exitCode: 1,
    title: '1 new failure, 2 passed on 2 devices',
    attention: null,
    failOn: 'new',
    commit: { sha: 'a'.repeat(40), branch: 'feature', title: 'Sign in' },
    changeRequest: { number: 7, baseBranch: 'main' },
    counts,
    deviceMinutes: 12,
    jobs: [job(), job({ jobId: 'job_2', device: 'Galaxy S23', verdict: 'passed' })],
    artifacts: [{ artifactId: 'art_1', role: 'app' }],
    reportUrl: 'https://devicelane.example/runs/run_1',
    createdAt: '2026-01-02T03:04:05.000Z',
    finishedAt: '2026-01-02T03:14:05.000Z',
    ...more,
  };
}

function result(more: Partial<TestResult> = {}): TestResult {
  return {
    suite: 'LoginTest',
    name: 'signsIn',
    jobId: 'job_1',
    farm: 'lab',
    device: 'Pixel 8 (34)',
    outcome: 'failed',
    isNew: true,
    attempts: [{ attempt: 1, outcome: 'failed', durationMs: 1500, message: 'expected 1', stack: 'at Login.kt:7' }],
    ...more,
  };
}

const artifact: Artifact = {
  artifactId: 'art_1',
  name: 'app.apk',
  kind: 'apk',
  size: 6_412_331,
  sha256: 'ab'.repeat(32),
  state: 'complete',
  metadata: {
    platform: 'android',
    package: 'com.example.shop',
    versionName: '4.12.0',
    versionCode: 41200,
    minSdk: 26,
    targetSdk: null,
    label: null,
    abis: [],
    permissions: [],
    debuggable: true,
    signing: {
      schemes: ['v2'],
      verified: true,
      certificates: [{ sha256: 'cd'.repeat(32), subject: 'CN=x', debug: true }],
    },
    instrumentation: null,
    split: null,
  },
  createdAt: '2026-01-02T03:04:05.000Z',
  expiresAt: '2026-02-01T00:00:00.000Z',
  provenance: { state: 'none', differs: [], reason: null, build: null, askedAt: '2026-01-02T03:04:05.000Z' },
};
const video: Evidence = {
  evidenceId: 'evi_1',
  jobId: 'job_1',
  attempt: 1,
  kind: 'video',
  name: 'screen.mp4',
  contentType: 'video/mp4',
  size: 1_500_000,
};

async function render(
  facts: Partial<RunView> = {},
  more: Partial<Parameters<typeof renderRunPage>[0]> = {},
): Promise<string> {
  const empty = { results: [], evidence: [], artifacts: [], mayDownload: false };
  return String(await renderRunPage({ run: run(facts), ...empty, now: NOW, ...more }));
}
/** As it is read, without its tags. */
const text = (page: string): string => page.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');

describe('a finished run', () => {
  test('says the verdict, what broke, where, and of which build', async () => {
    const results = [
      result(),
      result({ name: 'old', isNew: false }),
      result({ name: 'sometimes', outcome: 'flaky', device: 'Galaxy S23' }),
      result({ device: 'Galaxy S23', outcome: 'passed', isNew: false }),
    ];
    const page = await render({}, { results, evidence: [video], artifacts: [artifact] });
    expect(page).not.toContain('http-equiv="refresh"');
    const words = text(page);
    expect(words).toContain('Failed 1 new failure, 2 passed on 2 devices');
    expect(words).toMatch(
      /New failures 1 new LoginTest signsIn Pixel 8 \(34\) on lab · 1\.5 s expected 1 Stack at Login\.kt:7/,
    );
    expect(words).toMatch(/Known failures 1 known LoginTest old/);
    expect(words).toMatch(/Flaky tests 1 flaky LoginTest sometimes/);
    expect(words).toMatch(/Tests by device Test Pixel 8 \(34\) Galaxy S23 LoginTest signsIn ✕ newly failed ✓ passed/);
    expect(words).toMatch(/com\.example\.shop Version 4\.12\.0 \(41200\) SDK minimum 26, target unknown/);
    expect(words).toMatch(/v2, verified; by a debug key/);
    expect(words).toMatch(/Provenance No attestation found/);
    expect(words).toContain('Took 10 min');
    expect(page).toContain('href="/v1/runs/run_1/evidence/evi_1" download');
  });

  test.each(VERDICTS)('has one heading that says %s, and no colour alone', async (verdict) => {
    const page = await render({ verdict, jobs: [job({ verdict })] });
    expect(page.match(/<h1/g)).toHaveLength(1);
    expect(/<h1[^>]*>([^<]+)</.exec(page)?.[1]).not.toBe('');
    expect(/class="outcome \w+">([^<]+)</.exec(page)?.[1]).not.toBe('');
  });

  test('says of known failures that nothing is new', async () => {
    const page = await render({ counts: { ...counts, newFailures: 0 } });
    expect(text(page)).toContain('Failed, nothing new');
  });
});

describe('an unfinished run', () => {
  test('loads itself again without a script', async () => {
    const facts = { state: 'running' as const, verdict: null, finishedAt: null, counts: null };
    const page = await render({ ...facts, jobs: [job({ state: 'running', verdict: null, counts: null })] });
    expect(page).toContain('<meta http-equiv="refresh" content="5">');
    expect(text(page)).toMatch(/So far 5 min/);
    expect(text(page)).toMatch(/Running – – – – –/);
  });
});

describe('what was tested', () => {
  const ios: Artifact = {
    ...artifact,
    name: 'shop.ipa',
    kind: 'ipa',
    icon: true,
    metadata: {
      platform: 'ios',
      package: 'com.example.shop',
      versionName: '4.12.0',
      versionCode: null,
      build: '412.1',
      minSdk: null,
      targetSdk: null,
      minimumOs: '16.0',
      label: 'Shop',
      abis: ['arm64'],
      deviceFamilies: ['iphone', 'ipad'],
      permissions: ['NSCameraUsageDescription'],
      debuggable: true,
      signing: { schemes: [], verified: false, certificates: [] },
      signed: true,
      provisioning: {
        kind: 'ad_hoc',
        name: 'Shop testers',
        teamId: 'TEAM123456',
        teamName: 'Example',
        expiresAt: '2025-12-31T00:00:00.000Z',
        devices: 2,
        applicationIdentifier: null,
        entitlements: ['aps-environment'],
      },
      instrumentation: null,
      split: null,
    },
  };

  test('of an IPA says what iOS asks, and shows its icon from this server', async () => {
    const page = await render({}, { artifacts: [ios] });
    expect(text(page)).toMatch(/Name Shop Bundle id com\.example\.shop Version 4\.12\.0 \(412\.1\) iOS minimum 16\.0/);
    expect(text(page)).toMatch(/Ad hoc, for 2 devices, expired on 2025-12-31; by Example \(TEAM123456\)/);
    expect(text(page)).toMatch(/1 permission NSCameraUsageDescription/);
    expect(page).toContain('<img class="icon" src="/v1/artifacts/art_1/icon" alt=""');
  });

  test('of flows and of XCTest names the tests', async () => {
    const flows = [{ file: 'a.yaml', name: 'Sign <in>', appId: 'com.example', tags: ['smoke'] }];
    const maestro = { ...artifact, metadata: null, tests: { framework: 'maestro' as const, flows } };
    expect(text(await render({}, { artifacts: [maestro] }))).toMatch(
      /1 Maestro flow Sign &lt;in&gt; · a\.yaml · smoke Tests com\.example Tags smoke/,
    );
    const targets = [{ name: 'ShopUITests', bundle: null, app: 'Shop.app' }];
    const tests = {
      framework: 'xcuitest' as const,
      testRuns: [{ file: 'a.xctestrun', plan: 'All', targets }],
      bundles: [],
    };
    expect(text(await render({}, { artifacts: [{ ...artifact, metadata: null, tests }] }))).toMatch(
      /1 test target ShopUITests · Shop\.app Test plan All Run files a\.xctestrun/,
    );
  });
});

describe('every page', () => {
  test('escapes all text from outside', async () => {
    const evil = `</title><script>alert(1)</script>"'><img src=x onerror=alert(1)>&`;
    const page = await render(
      {
        name: evil,
        title: evil,
        commit: { sha: evil, branch: evil, title: evil },
        changeRequest: { number: 7, baseBranch: evil },
        jobs: [job({ device: evil, farm: evil, reason: evil }), job({ jobId: 'job_2' })],
      },
      {
        results: [
          result({
            suite: evil,
            name: evil,
            device: evil,
            farm: evil,
            attempts: [{ ...result().attempts[0]!, message: evil, stack: evil }],
          }),
          result(),
        ],
        evidence: [{ ...video, name: evil }],
        artifacts: [{ ...artifact, name: evil, metadata: { ...artifact.metadata!, package: evil, versionName: evil } }],
      },
    );
    expect(page).not.toMatch(/<script|<img|onerror=alert\(1\)>/);
    expect(page).toContain('&lt;script&gt;');
    expect(page.match(/<title>/g)).toHaveLength(1);
  });

  test('offers the files themselves only to who may have them', async () => {
    const link = `href="/v1/artifacts/${artifact.artifactId}/content"`;
    expect(await render({}, { artifacts: [artifact], mayDownload: true })).toContain(link);
    expect(await render({}, { artifacts: [artifact] })).not.toContain('/content');
  });

  test('has nothing inline that the content security policy forbids', async () => {
    const page = await render({}, { results: [result()], evidence: [video], artifacts: [artifact] });
    expect(page).not.toMatch(/<script|<style|\sstyle=|\son\w+=|javascript:/i);
    expect(page.match(/(?:href|src|action)="[^"]*"/g)?.every((each) => /="(?:\/|#)/.test(each))).toBe(true);
  });

  test('has landmarks, and a label for each region that scrolls', async () => {
    const page = await render({}, { results: [result(), result({ device: 'Galaxy S23' })] });
    expect(page).toMatch(/<html lang="en">[\s\S]*<header[\s\S]*<main id="main">/);
    const ids = new Set([...page.matchAll(/ id="([^"]+)"/g)].map((match) => match[1]));
    for (const [, id] of page.matchAll(/aria-labelledby="([^"]+)"/g)) expect(ids).toContain(id);
    expect(page).not.toMatch(/<th(?![^>]*scope=)[\s>]/);
  });
});

describe('bounds', () => {
  test('a page of a thousand failures with huge stacks stays small and says what it left out', async () => {
    const attempts = [{ ...result().attempts[0]!, message: 'm'.repeat(50_000), stack: 's'.repeat(100_000) }];
    const results = Array.from({ length: 1_000 }, (_, index) => result({ name: `t${index}`, attempts }));
    const page = await render({}, { results });
    expect(page.length).toBeLessThan(5_000_000);
    expect(text(page)).toContain('And 500 more results; the JUnit file has them all.');
    expect(text(page)).toContain('Its stack is left out here; the JUnit file has it.');
  });

  test('leaves the matrix out where nobody could read it, and shows what is uneven where that is little', async () => {
    const both = (name: string, outcome: TestResult['outcome']) => [
      result({ name, outcome, isNew: false }),
      result({ name, outcome: 'passed', device: 'Galaxy S23' }),
    ];
    const many = Array.from({ length: 300 }, (_, index) => both(`t${index}`, 'passed')).flat();
    const uneven = await render({}, { results: [...many, ...both('bad', 'failed')] });
    expect(text(uneven)).toMatch(/LoginTest bad ✕ failed ✓ passed 300 tests passed on every device\./);
    expect(await render({}, { results: many })).not.toContain('id="matrix"');
    const failing = Array.from({ length: 300 }, (_, index) => both(`t${index}`, 'failed')).flat();
    expect(await render({}, { results: failing })).not.toContain('id="matrix"');
  });
});
