import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Artifact } from '../contract/artifacts.ts';
import { apkFile } from '../testing/apks/apk-file.ts';
import { zipFile } from '../testing/apks/zip-file.ts';
import { hostileBuilds } from '../testing/builds/hostile-builds.ts';
import { ipaFile } from '../testing/builds/ipa-file.ts';
import { pngFile } from '../testing/builds/picture-file.ts';
import { CiJob } from '../testing/ci-job.ts';
import { openTenant } from '../testing/kept.ts';
import { startWorld, type World } from '../testing/world.ts';
import { forgetArtifact } from './forget.ts';

let world: World;
let job: CiJob;
beforeAll(async () => {
  world = await startWorld();
  job = await CiJob.start(world);
});
afterAll(() => world.stop());

const icon = pngFile(16, 16);
const withIcon = apkFile({ application: { icon: 'res/i.png' } }, [{ name: 'res/i.png', content: icon, method: 0 }]);

async function sent(bytes: Buffer, name: string) {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const opened = await job.request('POST', '/v1/artifacts', { body: { name, size: bytes.length, sha256 } });
  const { artifactId } = opened.json as { artifactId: string };
  await job.putPart(artifactId, 1, bytes);
  return { artifactId, answer: await job.request('POST', `/v1/artifacts/${artifactId}/complete`) };
}

test('an icon is kept sealed, told of, and served as the picture that it is to whoever may read the artifact', async () => {
  const { artifactId, answer } = await sent(withIcon, 'app.apk');
  expect(Artifact.parse(answer.json)).toMatchObject({ kind: 'apk', icon: true });
  const row = await (await openTenant(world)).db
    .selectFrom('artifacts')
    .select('sealed_description')
    .where('id', '=', artifactId)
    .executeTakeFirstOrThrow();
  expect(row.sealed_description?.includes(icon.toString('base64').slice(0, 32))).toBe(false);

  const path = `/v1/artifacts/${artifactId}/icon`;
  const ask = (token: CiJob) =>
    fetch(world.backend.url + path, {
      headers: { authorization: `DPoP ${token.token}`, dpop: token.prove('GET', path, token.token) },
    });
  const served = await ask(job);
  expect(served.status).toBe(200);
  expect(served.headers.get('content-type')).toBe('image/png');
  expect(served.headers.get('x-content-type-options')).toBe('nosniff');
  expect(Buffer.from(await served.arrayBuffer())).toEqual(icon);

  expect((await fetch(world.backend.url + path)).status).toBe(401);
  const admin = await openTenant(world, { actor: { kind: 'person', id: world.tenant.personId, role: 'admin' } });
  await forgetArtifact({ ctx: admin, input: { artifactId } });
  expect((await ask(job)).status).toBe(410);
});

test('a build without an icon has none to be read', async () => {
  const { artifactId, answer } = await sent(apkFile(), 'plain.apk');
  expect(answer.json).not.toHaveProperty('icon');
  await expect(job.request('GET', `/v1/artifacts/${artifactId}/icon`)).resolves.toMatchObject({ status: 404 });
});

test('an IPA and a zip of flows say what they are', async () => {
  const ipa = await sent(ipaFile(), 'shop.ipa');
  expect(Artifact.parse(ipa.answer.json)).toMatchObject({ kind: 'ipa', metadata: { platform: 'ios', build: '412' } });
  const flows = zipFile([{ name: 'a.yaml', content: 'appId: com.example\ntags: [smoke]\n---\n- launchApp\n' }]);
  const { answer } = await sent(flows, 'flows.zip');
  const tests = { framework: 'maestro', flows: [{ name: 'a', tags: ['smoke'] }] };
  expect(Artifact.parse(answer.json)).toMatchObject({ kind: 'maestro_zip', metadata: null, tests });
});

const hostile = hostileBuilds().filter(([what]) => /billion laughs|alias bomb|holds itself|huge lengths/.test(what));
test.each(hostile.map(([what], index) => [what, index] as const))(
  'C5: %s is refused, and the server lives on',
  async (_, index) => {
    const { answer } = await sent(hostile[index]?.[1] as Buffer, 'build.bin');
    expect(answer).toMatchObject({ status: 422, json: { code: 'invalid_artifact' } });
    expect((await fetch(`${world.backend.url}/healthz`)).status).toBe(200);
  },
);
