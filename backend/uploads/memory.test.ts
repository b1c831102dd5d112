import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { MAX_PART_SIZE } from '../contract/artifacts.ts';
import { apkFile } from '../testing/apks/apk-file.ts';
import { hostileZips } from '../testing/apks/hostile-zips.ts';
import { CiJob } from '../testing/ci-job.ts';
import { makeDataFolder } from '../testing/data-folder.ts';
import { cloneControlDatabase } from '../testing/postgres.ts';
import { rawRequest } from '../testing/raw-request.ts';
import { type Outside, startOutside } from '../testing/world.ts';

const MIB = 1024 * 1024;
const BOUND = 64 * MIB;

/** A backend in a process of its own, which measures itself. */
const PROGRAM = `
  import pino from 'pino';
  import { readConfig } from ${JSON.stringify(new URL('../config.ts', import.meta.url).href)};
  import { setUpProject } from ${JSON.stringify(new URL('../testing/world.ts', import.meta.url).href)};
  import { startBackend } from ${JSON.stringify(new URL('../wire.ts', import.meta.url).href)};
  const backend = await startBackend(readConfig(process.env), { log: pino({ level: 'silent' }) });
  await setUpProject(backend, JSON.parse(process.env.OUTSIDE));
  // What the process holds, whether or not its collector has been by.
  const size = () => process.memoryUsage.rss();
  let peak = 0;
  setInterval(() => { peak = Math.max(peak, size()); }, 5);
  process.on('message', async (message) => {
    if (message === 'stop') {
      await backend.stop();
      process.exit(0);
    }
    if (message === 'rest') {
      globalThis.gc();
      await new Promise((resolve) => setTimeout(resolve, 50));
      peak = 0;
      process.send({ size: size() });
    } else process.send({ peak: Math.max(peak, size()) });
  });
  process.send({ url: backend.url });`;

let outside: Outside;
let folder: string;
let child: ChildProcess;
let job: CiJob;
let atRest: number;
const film = apkFile({}, [{ name: 'assets/film', content: Buffer.alloc(24 * MIB, 'film'), method: 0 }]);

async function answer<T>(message?: string): Promise<T> {
  const answered = once(child, 'message');
  if (message) child.send(message);
  const [value] = await answered;
  return value as T;
}

beforeAll(async () => {
  outside = await startOutside();
  folder = await makeDataFolder();
  const { github, oidc } = outside;
  const { repository, installationId } = github;
  child = spawn(process.execPath, ['--expose-gc', '--input-type=module', '-e', PROGRAM], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      PATH: process.env.PATH,
      ...outside.env,
      DATABASE_URL: (await cloneControlDatabase()) ?? '',
      DEVICELANE_DATA: folder,
      PORT: '0',
      OUTSIDE: JSON.stringify({ github: { repository, installationId }, oidc: { issuer: oidc.issuer } }),
    },
  });
  const backend = await answer<{ url: string }>();
  job = await CiJob.start({ backend, oidc, github });
  await job.upload(film);
  atRest = (await answer<{ size: number }>('rest')).size;
});
afterAll(async () => {
  child.send('stop');
  await once(child, 'exit');
  await outside.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Bytes that the server held at most meanwhile, above what it held at rest after its first upload. */
async function growth(work: () => Promise<unknown>): Promise<number> {
  await answer('rest');
  await work();
  return (await answer<{ peak: number }>('peak')).peak - atRest;
}

function refusedAtOnce(length: string, body: string): Promise<{ status: number }> {
  const path = '/v1/artifacts/art_00000000000000000000000000000000/parts/1';
  const head =
    `PUT ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: DPoP ${job.token}\r\n` +
    `DPoP: ${job.prove('PUT', path, job.token)}\r\n${length}\r\n\r\n`;
  return rawRequest(job.url, [head, body]);
}

describe('C1, C5, farm pain 27: the server grows by less than 64 MiB', () => {
  test('while it takes a file of 24 MiB', async () => {
    expect(await growth(() => job.upload(film))).toBeLessThan(BOUND);
  });

  test.each(hostileZips().filter(([what]) => /600 MB|900|many bombs/.test(what)))(
    'while it refuses %s',
    async (_, bytes) => {
      const refused = async () => {
        await expect(job.upload(bytes)).rejects.toThrow('invalid_artifact');
      };
      expect(await growth(refused)).toBeLessThan(BOUND);
    },
  );

  test('while 8 tampered parts of 8 MiB arrive at once', async () => {
    const opened = await job.request('POST', '/v1/artifacts', {
      body: { name: 'a.apk', size: 8 * MAX_PART_SIZE, sha256: '0'.repeat(64) },
    });
    const { artifactId } = opened.json as { artifactId: string };
    const part = Buffer.alloc(MAX_PART_SIZE);
    const headers = { 'content-digest': `sha-256=:${'A'.repeat(43)}=:` };
    const refused = async () => {
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, index) => job.putPart(artifactId, index + 1, part, { headers })),
      );
      expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(422));
    };
    expect(await growth(refused)).toBeLessThan(BOUND);
  });

  test('while it refuses parts of a terabyte, and parts that do not say how long they are', async () => {
    const chunk = `80000\r\n${'x'.repeat(0x80000)}\r\n`;
    const refused = async () => {
      const answers = await Promise.all([
        ...Array.from({ length: 10 }, () => refusedAtOnce('Content-Length: 1000000000000', 'x'.repeat(1000))),
        ...Array.from({ length: 10 }, () => refusedAtOnce('Transfer-Encoding: chunked', `${chunk.repeat(8)}0\r\n\r\n`)),
      ]);
      expect(answers.map(({ status }) => status)).toEqual([...Array(10).fill(413), ...Array(10).fill(411)]);
    };
    expect(await growth(refused)).toBeLessThan(BOUND);
  });
});
