import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Context } from '../context.ts';
import { type ForkManifestInput, forkArtifactName } from '../contract/fork-manifest.ts';
import { newId } from '../contract/ids.ts';
import { readForkRequest, sealForkWords } from '../runs/read-fork-request.ts';
import { apkFile } from '../testing/apks/apk-file.ts';
import { deflatedZeros } from '../testing/apks/hostile-zips.ts';
import { type ZipPart, zipFile } from '../testing/apks/zip-file.ts';
import type { ForkArtifact, ForkRun } from '../testing/github-forks.ts';
import { openTenant } from '../testing/kept.ts';
import { until } from '../testing/until.ts';
import { startWorld, type World } from '../testing/world.ts';
import { takeForkFiles } from './take-fork-files.ts';

const GIB = 1024 ** 3;
const NAME = 'Devicelane';
const MANIFEST = 'manifest.json';

let world: World;
let ctx: Context;
beforeAll(async () => {
  world = await startWorld();
  ctx = await openTenant(world);
});
afterAll(() => world.stop());

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const app = apkFile({}, [{ name: 'assets/noise', content: randomBytes(100), method: 0 }]);
const other = apkFile({}, [{ name: 'assets/noise', content: randomBytes(100), method: 0 }]);

function manifestOf(file: Buffer, run: object = {}): ForkManifestInput {
  const files = [{ role: 'app' as const, name: 'app.apk', size: file.length, sha256: sha256(file) }];
  return { version: 1, run: { name: NAME, ...run }, files };
}
const zipOf = (manifest: unknown, file: Buffer, more: ZipPart[] = []): Buffer =>
  zipFile([{ name: MANIFEST, content: JSON.stringify(manifest) }, { name: 'app', content: file, method: 0 }, ...more]);

let next = 10_000;
/** A request that was approved, and what GitHub has since. */
async function approved(zip: Buffer, told: Partial<ForkArtifact> = {}) {
  next += 100;
  const { headSha } = world.github.pullRequest;
  const left: ForkArtifact = { id: next, name: forkArtifactName(NAME)!, zip, ...told };
  const run: ForkRun = { id: next, headSha, branch: 'patch-1', artifacts: [left] };
  world.github.forks.runs.push(run);
  world.github.forks.pulls = [{ number: next, headSha, branch: 'patch-1' }];
  const requestId = newId('forkRequest', ctx.tenant.route);
  await ctx.keys.createDataKey(requestId);
  const words = { name: NAME, title: 't', branch: 'patch-1', baseBranch: 'main', decidedBy: 'dev' };
  await ctx.db
    .insertInto('fork_requests')
    .values({
      id: requestId,
      project_id: world.tenant.projectId,
      ci_run_id: String(run.id),
      ci_attempt: 1,
      head_sha: headSha,
      change_number: next,
      name_digest: Buffer.from(String(next)),
      host_artifact_id: left.id,
      host_artifact_size: left.size ?? zip.length,
      host_artifact_sha256: Buffer.from(sha256(zip), 'hex'),
      state: 'approved',
      sealed_request: await sealForkWords(ctx, requestId, words),
      decided_by: 1,
      capability_id: null,
      run_id: null,
      created_at: ctx.now(),
      decided_at: ctx.now(),
      started_at: null,
      expires_at: ctx.now(),
    })
    .execute();
  return { requestId, run, left };
}

/** How the request stands after its tasks; the server does the second. */
async function taken(requestId: string) {
  await takeForkFiles({ ctx, input: { requestId } });
  return until('what came of it', async () => {
    const request = await readForkRequest(ctx, requestId);
    return request.state === 'fetched' ? null : request;
  });
}

async function expectRefused(requestId: string, reason: RegExp) {
  const { state, words, run_id: runId } = await taken(requestId);
  expect({ state, runId, reason: words.reason }).toEqual({
    state: 'refused',
    runId: null,
    reason: expect.stringMatching(reason),
  });
  const complete = await ctx.db.selectFrom('artifacts').select('id').where('state', '=', 'uploading').execute();
  expect(complete).toEqual([]);
}

test('what is as it was when it was approved, and whole, is run', async () => {
  const { requestId } = await approved(zipOf(manifestOf(app), app));
  expect(await taken(requestId)).toMatchObject({ state: 'started', run_id: expect.stringMatching(/^run_/) });
});

test('a store that fails is asked again, and leaves nothing half done', async () => {
  const { requestId, left } = await approved(zipOf(manifestOf(app), app));
  const { id } = left;
  world.github.failNext('GET', new RegExp(`artifacts/${id}/zip`), { kind: 'answer', status: 503 });
  await expect(takeForkFiles({ ctx, input: { requestId } })).rejects.toMatchObject({ kind: 'broken' });
  expect(await taken(requestId)).toMatchObject({ state: 'started' });
});

describe('refused is', () => {
  test.each<[string, RegExp, (run: ForkRun) => void]>([
    ['replaced files, as GitHub tells', /replaced/, (run) => (run.artifacts[0]!.zip = zipOf(manifestOf(other), other))],
    [
      'replaced files that GitHub does not tell of',
      /digest differs/,
      ({ artifacts: [left] }) => {
        Object.assign(left!, { digest: `sha256:${sha256(left!.zip)}`, size: left!.zip.length });
        left!.zip = zipOf(manifestOf(other), other);
      },
    ],
    ['another artifact of the same name', /replaced/, (run) => (run.artifacts[0]!.id += 50)],
    ['an artifact that is of another run now', /replaced/, (run) => (run.artifacts[0]!.runId = 1)],
    ['a pull request that was closed', /closed/, () => (world.github.forks.pulls.length = 0)],
    ['a workflow that ran again', /again/, (run) => (run.attempt = 2)],
  ])('%s', async (_, reason, change) => {
    const { requestId, run } = await approved(zipOf(manifestOf(app), app));
    change(run);
    await expectRefused(requestId, reason);
  });

  const at = (path: string[], value: unknown) => (manifest: unknown) => {
    const copy = JSON.parse(JSON.stringify(manifest));
    const last = path.at(-1)!;
    // biome-ignore lint/suspicious/noExplicitAny: it walks what a fork may have written
    path.slice(0, -1).reduce((node: any, key) => node[key], copy)[last] = value;
    return copy;
  };
  const zipWith = (change: (manifest: unknown) => unknown) => zipOf(change(manifestOf(app)), app);

  test.each<[string, RegExp, () => Buffer]>([
    ['no zip', /zip/, () => Buffer.from('this is no zip at all, by any means')],
    ['no manifest', /no manifest/, () => zipFile([{ name: 'app', content: app }])],
    [
      'a manifest that is no JSON',
      /form/,
      () =>
        zipFile([
          { name: 'manifest.json', content: '{' },
          { name: 'app', content: app },
        ]),
    ],
    ['a manifest that tells of a commit', /form/, () => zipWith(at(['run', 'commit'], { sha: 'a'.repeat(40) }))],
    [
      'a manifest that tells of a pull request',
      /form/,
      () => zipWith(at(['run', 'changeRequest'], { number: 1, baseBranch: 'x' })),
    ],
    ['a manifest that names another check', /another check/, () => zipWith(at(['run', 'name'], 'Release'))],
    [
      'a manifest with another digest',
      /not the one that was announced/,
      () => zipWith(at(['files', '0', 'sha256'], '0'.repeat(64))),
    ],
    [
      'a manifest with a larger size',
      /of .* bytes|parts of/,
      () => zipWith(at(['files', '0', 'size'], app.length + 1)),
    ],
    ['a manifest with a smaller size', /bytes/, () => zipWith(at(['files', '0', 'size'], 10))],
    ['a manifest with a path for a name', /form/, () => zipWith(at(['files', '0', 'name'], '../../etc/passwd'))],
    [
      'a manifest with two apps',
      /one app/,
      () => zipWith((m) => at(['files', '1'], (m as ForkManifestInput).files[0])(m)),
    ],
    ['a manifest without the app', /one app/, () => zipWith(at(['files', '0', 'role'], 'tests'))],
    ['a manifest larger than 256 KiB', /at most 262144/, () => zipWith(at(['run', 'env'], { A: 'x'.repeat(300_000) }))],
    [
      'a file beside those that are listed',
      /other files/,
      () => zipOf(manifestOf(app), app, [{ name: 'more', content: 'x' }]),
    ],
    ['a name that leads out of it', /leads out/, () => zipOf(manifestOf(app), app, [{ name: '../app', content: 'x' }])],
    [
      'a symbolic link',
      /symbolic link/,
      () => zipOf(manifestOf(app), app, [{ name: 'tests', content: '/etc', externalAttributes: 0xa1ff0000 }]),
    ],
    [
      'a zip bomb',
      /zip bomb/,
      () =>
        zipFile([
          { name: 'manifest.json', content: JSON.stringify(manifestOf(app)) },
          { name: 'app', compressed: deflatedZeros(300), inflatedSize: 300 * 1024 * 1024 },
        ]),
    ],
    ['an app that is no build', /./, () => zipOf(manifestOf(Buffer.from('no apk')), Buffer.from('no apk'))],
    ['a secret of the backend', /no secrets/, () => zipOf(manifestOf(app, { env: { KEY: 'secret:PLAY_STORE' } }), app)],
    ['another farm than the default', /default farm/, () => zipOf(manifestOf(app, { farms: ['another'] }), app)],
    ['hours of devices', /device minutes/, () => zipOf(manifestOf(app, { timeout: 1440 }), app)],
  ])('%s', async (_, reason, zip) => {
    const { requestId } = await approved(zip());
    await expectRefused(requestId, reason);
  });

  test('10 GB, as GitHub tells, without a byte of it being fetched', async () => {
    const before = world.github.forks.downloads;
    const { requestId } = await approved(zipOf(manifestOf(app), app), { size: 10 * GIB });
    await expectRefused(requestId, /may have 1073741824 bytes/);
    expect(world.github.forks.downloads).toBe(before);
  });
});
