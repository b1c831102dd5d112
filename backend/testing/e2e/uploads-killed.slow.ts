/**
 * C3: no upload is lost, and nothing is left behind, wherever the backend and its Postgres are killed: at each change of an
 * upload, just before and just after it is committed, and where the disk takes no more.
 */
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { deflateRaw } from 'pako';
import { buildFileOf } from '../../../action/client/build-file.ts';
import { MAX_PART_SIZE } from '../../contract/artifacts.ts';
import { type FakeFarm, startFakeFarm } from '../../farms/fake/service.ts';
import { DAY_MS } from '../../retention/categories.ts';
import { apkFile } from '../apks/apk-file.ts';
import { clientUpload } from '../client-upload.ts';
import { makeDataFolder } from '../data-folder.ts';
import { freePort } from '../free-port.ts';
import { NO_STRAYS } from '../strays.ts';
import { type Outside, startOutside } from '../world.ts';
import { type Killable, startKillable } from './killable.ts';
import type { DeathPoint } from './killable-messages.ts';

let outside: Outside;
let farm: FakeFarm;
let dataFolder: string;
let port: number;
let backend: Killable;
let runs = 0;

beforeAll(async () => {
  outside = await startOutside();
  farm = await startFakeFarm({ clock: () => Date.now() });
  dataFolder = await makeDataFolder();
  port = await freePort();
  backend = await start({ first: true });
}, 60_000);

afterAll(async () => {
  await backend?.stop();
  await farm?.close();
  await outside?.stop();
  await rm(dataFolder, { recursive: true, force: true });
});

/** Always on the same port: the client finds the server again. */
function start({ first = false, ...limits }: { first?: boolean; fileSize?: number } = {}): Promise<Killable> {
  const { github, oidc, env } = outside;
  const bound = {
    github: { repository: github.repository, installationId: github.installationId },
    oidc: { issuer: oidc.issuer },
  };
  return startKillable(
    { ...env, DEVICELANE_DATA: dataFolder, PORT: String(port) },
    { farm: { baseUrl: farm.baseUrl, start: 'lookup' }, setUp: first ? bound : null },
    limits,
  );
}

let restarting: Promise<void> | null = null;
/** Waits for a death, and starts the backend again, once for all who wait. */
async function restartAfter(dying: Killable): Promise<void> {
  await dying.died;
  if (backend !== dying) return;
  restarting ??= start().then((started) => {
    backend = started;
    restarting = null;
  });
  await restarting;
}

type Stored = { id: string; sha256: string };
const stored: Stored[] = [];

/** Uploads with the action's client; a server that is gone is started again before the next try. */
async function upload(bytes: Buffer): Promise<Stored> {
  runs += 1;
  const file = buildFileOf('app', 'app.apk', undefined, bytes);
  const id = await clientUpload({
    backend,
    oidc: outside.oidc,
    claims: { run_id: String(runs) },
    file,
    fetch: async (input, init) => {
      const asked = backend;
      try {
        return await fetch(input, init);
      } catch (error) {
        await restartAfter(asked);
        throw error;
      }
    },
  });
  const done = { id, sha256: file.sha256 };
  stored.push(done);
  return done;
}

const ofParts = (parts: number): Buffer =>
  apkFile({}, [{ name: 'assets/film', content: randomBytes((parts - 1) * MAX_PART_SIZE + 100_000), method: 0 }]);

const POINTS = (...states: string[]): [string, DeathPoint][] =>
  states.flatMap((state) =>
    (['before commit', 'after commit'] as const).map((phase): [string, DeathPoint] => [
      `${phase} of ${state}`,
      { of: 'upload', state, phase },
    ]),
  );

async function killedAt(point: DeathPoint, work: () => Promise<unknown>): Promise<void> {
  const dying = backend;
  await dying.dieAt(point);
  await work();
  await restartAfter(dying);
}

describe('killed with its Postgres, the backend ends each upload right:', () => {
  test.each(POINTS('uploading/0/-', 'uploading/1/-', 'uploading/2/-', 'complete/0/bytes', 'complete/0/signed'))(
    'whole, %s',
    async (_, point) => killedAt(point, () => upload(ofParts(2))),
    120_000,
  );

  test.each(POINTS('uploading/0/-', 'complete/0/bytes'))(
    'as a difference, %s',
    async (_, point) => {
      const noise = randomBytes(200_000);
      const build = (version: string): Buffer => {
        const content = Buffer.concat([Buffer.from('code '.repeat(9_000)), Buffer.from(version), noise]);
        return apkFile({}, [{ name: 'classes.dex', content, compressed: deflateRaw(content) }]);
      };
      await upload(build('1'));
      await killedAt(point, () => upload(build('2')));
    },
    120_000,
  );

  test.each(POINTS('complete/0/bytes'))(
    'complete at once, %s',
    async (_, point) => {
      // Too small to be signed.
      const bytes = apkFile({}, [{ name: 'assets/film', content: randomBytes(1_000), method: 0 }]);
      await upload(bytes);
      await killedAt(point, () => upload(bytes));
    },
    120_000,
  );
});

test('a disk that takes no more refuses the upload with a reason, and keeps nothing of what it could not take', async () => {
  await backend.stop();
  // Parts find room, and the file that they make does not; nor would Postgres write a larger file.
  backend = await start({ fileSize: 20_000_000 });
  const bytes = ofParts(4);
  const count = stored.length;
  await expect(upload(bytes)).rejects.toThrow(/no room left for files/);
  expect(stored).toHaveLength(count);
  await backend.stop();
  backend = await start();
  await upload(bytes);
}, 120_000);

test('each upload is there, byte for byte, and nothing else is', async () => {
  for (const { id, sha256 } of stored) expect(await backend.storedDigest(id)).toBe(sha256);
  expect(await backend.sweepAfter(3 * DAY_MS)).toEqual(NO_STRAYS);
  for (const { id, sha256 } of stored) expect(await backend.storedDigest(id)).toBe(sha256);
  for (const { id } of stored) await backend.forget(id);
  expect(await backend.sweepAfter(3 * DAY_MS)).toEqual(NO_STRAYS);
}, 120_000);
