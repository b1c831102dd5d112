import { createHash, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { zstdCompress } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { buildFileOf } from '../../action/client/build-file.ts';
import type { PartList } from '../contract/artifacts.ts';
import { apkFile } from '../testing/apks/apk-file.ts';
import { CiJob } from '../testing/ci-job.ts';
import { clientUpload } from '../testing/client-upload.ts';
import { openTenant, readKept } from '../testing/kept.ts';
import { startWorld, type World } from '../testing/world.ts';
import { findArtifact, findContent } from './read.ts';

const compress = promisify(zstdCompress);
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

/** A build in which a library lies as it is, as builds for newer phones have them. */
const library = Buffer.from('a library that repeats itself, word for word; '.repeat(8000));
const build = apkFile({}, [{ name: 'lib/arm64-v8a/liba.so', content: library, compressed: library, method: 0 }]);

let world: World;
let job: CiJob;
beforeAll(async () => {
  world = await startWorld();
  job = await CiJob.start(world);
});
afterAll(() => world.stop());

async function open(bytes: Uint8Array): Promise<string> {
  const body = { name: 'app.apk', size: bytes.length, sha256: sha256(bytes) };
  return ((await job.request('POST', '/v1/artifacts', { body })).json as { artifactId: string }).artifactId;
}

const send = (
  id: string,
  part: Uint8Array,
  headers: Record<string, string> = { 'content-encoding': 'zstd' },
  of = '',
) =>
  job.request('PUT', `/v1/artifacts/${id}/parts/1${of}`, {
    body: part,
    headers: { 'content-digest': `sha-256=:${createHash('sha256').update(part).digest('base64')}:`, ...headers },
  });

describe('a part that comes compressed', () => {
  test('is kept, listed and completed as it is in the file', async () => {
    const id = await open(build);
    const frame = await compress(build);
    const part = { number: 1, size: build.length, sha256: sha256(build) };
    expect(await send(id, frame)).toMatchObject({ status: 200, json: part });
    const listed = (await job.request('GET', `/v1/artifacts/${id}/parts`)).json as PartList;
    expect(listed.parts).toEqual([part]);
    expect((await job.request('POST', `/v1/artifacts/${id}/complete`)).status).toBe(200);
    const ctx = await openTenant(world);
    const content = await findContent(ctx, await findArtifact(ctx, id));
    const pieces: Uint8Array[] = [];
    for await (const piece of ctx.blobs.read(content!.keyId, content!.blobName)) pieces.push(piece);
    expect(Buffer.concat(pieces).equals(build)).toBe(true);
  });

  const mebibyte = randomBytes(1024 * 1024);
  test.each<[string, () => Promise<Buffer>, Record<string, string>, number, string, string]>([
    ['a bomb', () => compress(Buffer.alloc(1024 ** 3)), {}, 422, 'size_mismatch', 'Content-Encoding'],
    [
      'a byte too many',
      () => compress(Buffer.alloc(mebibyte.length + 1)),
      {},
      422,
      'size_mismatch',
      'Content-Encoding',
    ],
    ['a byte too few', () => compress(mebibyte.subarray(1)), {}, 422, 'size_mismatch', 'Content-Encoding'],
    ['no frame', async () => mebibyte.subarray(0, 5000), {}, 400, 'invalid_request', 'Content-Encoding'],
    [
      'half a frame',
      async () => (await compress(mebibyte)).subarray(0, 9000),
      {},
      400,
      'invalid_request',
      'Content-Encoding',
    ],
    [
      'another digest',
      () => compress(mebibyte),
      { 'content-digest': `sha-256=:${'A'.repeat(43)}=:` },
      422,
      'digest_mismatch',
      'Content-Digest',
    ],
    [
      'another coding',
      () => compress(mebibyte),
      { 'content-encoding': 'gzip' },
      415,
      'unsupported_media_type',
      'Content-Encoding',
    ],
    [
      'two codings',
      () => compress(mebibyte),
      { 'content-encoding': 'zstd, zstd' },
      415,
      'unsupported_media_type',
      'Content-Encoding',
    ],
  ])('with %s is refused, and nothing of it is kept', async (_, make, headers, status, code, field) => {
    const id = await open(mebibyte);
    const before = await readKept(world);
    const answer = await send(id, await make(), { 'content-encoding': 'zstd', ...headers });
    expect(answer).toMatchObject({ status, json: { code, field } });
    expect(await readKept(world)).toEqual(before);
  });
});

test("the action's client compresses what that pays for, and says what it sent", async () => {
  const lines: string[] = [];
  const { backend, oidc } = world;
  const upload = async (name: string, bytes: Buffer) => {
    const file = buildFileOf('app', name, 'apk', bytes);
    await clientUpload({ backend, oidc, claims: { run_id: name }, file, lines });
  };
  const other = apkFile({ package: 'com.example.other' }, [
    { name: 'lib/arm64-v8a/liba.so', content: library, compressed: library, method: 0 },
  ]);
  await upload('801', other);
  await upload('802', apkFile({ package: 'com.example.noise' }, [{ name: 'assets/a', content: randomBytes(400_000) }]));
  const sent = lines.flatMap((line) => /sent (\d+) kB of (\d+) kB/.exec(line)?.slice(1).map(Number) ?? []);
  expect(sent[0]).toBeLessThan((sent[1] ?? 0) / 10);
  expect(sent[2]).toBe(sent[3]);
});
