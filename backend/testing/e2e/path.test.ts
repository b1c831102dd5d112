/** The whole path with the committed bundle and a real APK: what is told outside, what is kept, and in which form. */

import { copyFile, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Kysely, sql } from 'kysely';
import { type Finished, Runner } from '../../../action/testing/runner.ts';
import type { RunView } from '../../contract/runs.ts';
import { readRunView } from '../../runs/read.ts';
import { apiDemos } from '../apks/apk-file.ts';
import { tasksDone } from '../kept.ts';
import { until } from '../until.ts';
import { startWorld, type World } from '../world.ts';

const APK = fileURLToPath(new URL('../../../node_modules/android-apidemos/apks/ApiDemos-debug.apk', import.meta.url));
const FILE = 'ApiDemos-debug.apk';
const TITLE = 'Sign in with a passkey';

let world: World;
let runner: Runner;
let step: Finished;
let run: RunView;
let runId: string;

beforeAll(async () => {
  world = await startWorld();
  const { pullRequest, repository } = world.github;
  const side = (sha: string, ref: string) => ({ sha, ref, repo: { id: Number(repository.id) } });
  runner = await new Runner().start('pull_request', {
    repository: { id: Number(repository.id) },
    pull_request: {
      number: pullRequest.number,
      title: TITLE,
      head: side(pullRequest.headSha, pullRequest.headRef),
      base: side(pullRequest.baseSha, 'main'),
    },
  });
  await copyFile(APK, join(runner.folder, 'work', FILE));
  const started = await runner.step(
    'index.js',
    { server: world.backend.url, app: '*.apk' },
    { ACTIONS_ID_TOKEN_REQUEST_URL: world.oidc.requestUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: world.oidc.requestToken },
  );
  step = await started.finished;
  runId = step.outputs['run-id'] ?? '';
  run = await readRunView(await tenantContext(), runId);
}, 60_000);

afterAll(async () => {
  await runner?.remove();
  await world?.stop();
});

async function tenantContext() {
  const ctx = await world.backend.contexts.open({ id: world.tenant.tenantId }, { kind: 'operator' }, 'test');
  if (!ctx) throw new Error('the tenant is not active');
  return ctx;
}

describe('a pull request with a real APK', () => {
  test('ends the step by its verdict, with every output', () => {
    expect(step.exitCode).toBe(1);
    expect(step.outputs).toMatchObject({
      'run-id': run.runId,
      'report-url': run.reportUrl,
      verdict: 'failed',
      passed: String(run.counts?.passed),
      failed: String(run.counts?.failed),
      'new-failures': String(run.counts?.newFailures),
    });
    expect(run).toMatchObject({ state: 'finished', verdict: 'failed', exitCode: 1, attention: null });
    expect(run.counts?.passed).toBeGreaterThan(0);
    expect(run.counts?.failed).toBeGreaterThan(0);
  });

  test('has one check, on its head, that says what the step says', async () => {
    const { pullRequest } = world.github;
    const checks = await until('the check completed', async () => {
      const all = await world.github.checks(pullRequest.headSha);
      return all[0]?.status === 'completed' ? all : null;
    });
    expect(checks).toHaveLength(1);
    expect(checks[0]).toMatchObject({
      name: 'Devicelane',
      head_sha: pullRequest.headSha,
      status: 'completed',
      conclusion: 'failure',
      details_url: `${world.backend.url}/runs/${runId}`,
      output: { title: run.title },
    });
    expect(run.title).toMatch(/^No base run to compare with: \d+ failures/);
    expect(await world.github.checks(pullRequest.baseSha)).toEqual([]);
    expect(world.github.liveTokens()).toBe(0);
  });

  test('leaves these entries in the audit log, in this order', async () => {
    const { db } = await tenantContext();
    const rows = await db.selectFrom('audit_entries').select(['code', 'outcome', 'actor']).orderBy('id').execute();
    const fromCi = rows.slice(rows.findIndex(({ code }) => code === 'token.issued'));
    expect(fromCi.map(({ code }) => code)).toEqual([
      'token.issued',
      'artifact.opened',
      'artifact.completed',
      'run.started',
      'run.finished',
      'results.viewed',
      'token.revoked',
    ]);
    expect(fromCi.every(({ outcome }) => outcome === 'allowed')).toBe(true);
  });
});

/** What a customer wrote, or their build holds. */
const secrets = () => [
  'io.appium.android.apis',
  'AndroidManifest.xml',
  'classes.dex',
  FILE,
  world.github.pullRequest.headRef,
  TITLE,
  world.github.repository.fullName,
  'admin@example.com',
];

describe('what is kept', () => {
  test('on the disk has no word of it in the clear', async () => {
    // What a task writes meanwhile would be gone again before it is read.
    await tasksDone(world);
    const entries = await readdir(world.dataFolder, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    let size = 0;
    for (const file of files) {
      const bytes = await readFile(join(file.parentPath, file.name));
      size += bytes.length;
      const found = secrets().filter((secret) => bytes.includes(secret) || file.name.includes(secret));
      expect({ file: file.name, found }).toEqual({ file: file.name, found: [] });
    }
    // The build is there, and the search would find it: the original has these words.
    expect(size).toBeGreaterThan(apiDemos().length);
    expect(secrets().filter((secret) => apiDemos().includes(secret))).toContain('AndroidManifest.xml');
  });

  test('in the databases has no word of it in the clear', async () => {
    const ctx = await tenantContext();
    const dumps = [
      await dump(ctx.db as unknown as Kysely<unknown>, ['public']),
      await dump(world.backend.doors.databases.control as unknown as Kysely<unknown>, ['public', 'queue']),
    ];
    for (const text of dumps) {
      const found = secrets().filter((secret) => text.includes(secret) || text.includes(hex(secret)));
      expect(found).toEqual([]);
    }
    // What may stand in the clear is found, as text and as bytes.
    expect(dumps[0]).toContain(runId);
    const { sha256 } = await ctx.db.selectFrom('artifacts').select('sha256').executeTakeFirstOrThrow();
    expect(dumps[0]).toContain(sha256.toString('hex'));
    expect(dumps[1]).toContain(world.tenant.tenantId);
  });

  test('can be read with the keys', () => {
    expect(run.commit).toMatchObject({ branch: world.github.pullRequest.headRef, title: TITLE });
  });
});

const hex = (text: string): string => Buffer.from(text).toString('hex');

/** Every row of every table that this login may read, as Postgres writes it. */
async function dump(db: Kysely<unknown>, schemas: string[]): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname = any(${schemas}) and has_table_privilege(format('%I.%I', schemaname, tablename), 'select')
  `.execute(db);
  expect(tables.length).toBeGreaterThan(5);
  const texts = tables.map(async ({ name }) => {
    const { rows } = await sql<{ row: string }>`select t::text as row from ${sql.raw(name)} t`.execute(db);
    return rows.map(({ row }) => row).join('\n');
  });
  return (await Promise.all(texts)).join('\n');
}
