/** The whole path on an Azure account: what lies there is sealed, and nothing does after it was forgotten. */
import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pino from 'pino';
import type { Context } from '../../context.ts';
import { DAY_MS } from '../../retention/categories.ts';
import { sweep } from '../../retention/sweep.ts';
import { apkFile } from '../apks/apk-file.ts';
import { type Azurite, startAzurite } from '../azurite.ts';
import { CiJob } from '../ci-job.ts';
import { deletionsDone, dumpDatabases, openTenant, tasksDone } from '../kept.ts';
import { startWorld, type World } from '../world.ts';

const MIB = 1024 * 1024;
const CANARY = { package: 'com.canary.azure', label: 'canary label', file: 'canary-file.apk', asset: 'canary-asset' };
/** Several parts, and more than one block. */
const film = Buffer.concat([Buffer.from(CANARY.asset), randomBytes(9 * MIB)]);
const build = apkFile({ package: CANARY.package, application: { label: CANARY.label } }, [
  { name: 'assets/film', content: film, method: 0 },
]);
const START = Date.now();

let azurite: Azurite;
let world: World;
let ctx: Context;
let job: CiJob;
let artifactId: string;
let logged = '';
let skew = 0;
const now = () => new Date(START + skew);

beforeAll(async () => {
  azurite = await startAzurite();
  const log = new Writable({
    write(chunk, _, done) {
      logged += chunk;
      done();
    },
  });
  world = await startWorld({
    now,
    log: pino({ level: 'trace' }, log),
    env: { BLOB_URL: 'azure:e2e', AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString },
  });
  ctx = await openTenant(world);
  job = await CiJob.start(world);
  artifactId = await job.upload(build, CANARY.file);
  const { runId } = await job.startRun({ artifacts: [{ artifactId, role: 'app' }] });
  const run = await job.finished(runId);
  expect(run.counts?.passed).toBeGreaterThan(0);
  await tasksDone(world);
  await deletionsDone(world);
}, 60_000);
afterAll(async () => {
  await world?.stop();
  await azurite?.stop();
});

async function inAccount(): Promise<string[]> {
  const names: string[] = [];
  const { blobs } = world.backend.doors;
  for await (const { name } of blobs.list(ctx.tenant.container)) names.push(name);
  for await (const { name, what } of blobs.remains(ctx.tenant.container)) names.push(`${what} ${name}`);
  return names;
}

describe('a run whose files are in an Azure account', () => {
  test('has the build, its signatures, its results and its evidence there, and no part any more', async () => {
    const known = [
      ...(await ctx.db.selectFrom('contents').select(['blob_name', 'signatures_blob']).execute()).flatMap(
        ({ blob_name, signatures_blob }) => [blob_name, signatures_blob],
      ),
      ...(await ctx.db.selectFrom('job_documents').select('blob_name').execute()).map(({ blob_name }) => blob_name),
      ...(await ctx.db.selectFrom('evidence').select('blob_name').execute()).map(({ blob_name }) => blob_name),
    ].filter((name) => name !== null);
    expect((await inAccount()).sort()).toEqual(known.sort());
  });

  test('has no word of it there in the clear, and no key of the account anywhere', async () => {
    const entries = await readdir(azurite.folder, { recursive: true, withFileTypes: true });
    let size = 0;
    for (const file of entries.filter((entry) => entry.isFile())) {
      const bytes = await readFile(join(file.parentPath, file.name));
      size += bytes.length;
      for (const word of Object.values(CANARY)) {
        const found = bytes.includes(word) || bytes.includes(Buffer.from(word, 'utf16le'));
        expect({ file: file.name, word, found }).toEqual({ file: file.name, word, found: false });
      }
    }
    // The build is there, and the search would find it.
    expect(size).toBeGreaterThan(build.length);
    expect(build.includes(CANARY.asset)).toBe(true);
    for (const text of [logged, await dumpDatabases(world)]) {
      expect(text.length).toBeGreaterThan(1000);
      expect(text).not.toContain(azurite.accountKey);
    }
  });

  test('gives an admin the exact build, and a range of it', async () => {
    const origin = { origin: world.backend.url };
    const signedIn = await fetch(await world.signInLink('/'), { method: 'POST', headers: origin, redirect: 'manual' });
    const cookie = signedIn.headers.getSetCookie()[0]!.split(';')[0]!;
    const url = `${world.backend.url}/v1/artifacts/${artifactId}/content`;
    const whole = await fetch(url, { headers: { cookie } });
    expect(Buffer.from(await whole.arrayBuffer()).equals(build)).toBe(true);
    const end = await fetch(url, { headers: { cookie, range: `bytes=-${5 * MIB}` } });
    expect(Buffer.from(await end.arrayBuffer()).equals(build.subarray(build.length - 5 * MIB))).toBe(true);
  });

  test('leaves no blob in the account once it is past its time and was swept', async () => {
    expect((await inAccount()).length).toBeGreaterThan(3);
    skew = 3650 * DAY_MS;
    await sweep({ ctx });
    await deletionsDone(world);
    expect(await inAccount()).toEqual([]);
  });
});
