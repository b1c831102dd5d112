import { createHash, generateKeyPairSync } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type GithubFault, type GithubStandIn, startGithub } from '../testing/github.ts';
import { createGithub } from './github.ts';
import { webUrlOf } from './github-access.ts';
import type { CheckState, CodeHosts, RepositoryAccess } from './port.ts';

const CHECK_RUNS = /\/check-runs/;
const NOW = new Date('2026-01-02T03:04:05.678Z');

let github: GithubStandIn;
let hosts: CodeHosts;
let access: RepositoryAccess;
beforeEach(async () => {
  github = await startGithub();
  hosts = createGithub({ appId: github.appId, privateKey: github.privateKey, apiUrl: github.url, now: () => NOW });
  access = {
    issuer: 'https://issuer.example',
    repositoryId: github.repository.id,
    repository: github.repository.fullName,
    installationId: github.installationId,
  };
});
afterEach(() => github.stop());

function check(more: Partial<CheckState> = {}): CheckState {
  return {
    name: 'Devicelane',
    headSha: github.pullRequest.headSha,
    externalId: 'chk_1',
    detailsUrl: 'https://devicelane.example/runs/run_1',
    status: 'in_progress',
    conclusion: null,
    startedAt: NOW,
    completedAt: null,
    title: 'Running',
    summary: 'so far',
    ...more,
  };
}
const completed = { status: 'completed', conclusion: 'failure', completedAt: NOW, title: 'Failed' } as const;
const held = () => github.checks(github.pullRequest.headSha);
const creations = () => github.requests.filter((each) => each.method === 'POST' && CHECK_RUNS.test(each.path)).length;

describe('a check', () => {
  test('is created and updated on the commit', async () => {
    const id = await hosts.createCheck(access, check());
    expect(await held()).toMatchObject([
      { id, name: 'Devicelane', status: 'in_progress', conclusion: null, external_id: 'chk_1' },
    ]);
    await hosts.updateCheck(access, id, check(completed));
    expect(await held()).toMatchObject([
      {
        id,
        status: 'completed',
        conclusion: 'failure',
        started_at: '2026-01-02T03:04:05Z',
        completed_at: '2026-01-02T03:04:05Z',
        details_url: 'https://devicelane.example/runs/run_1',
        output: { title: 'Failed', summary: 'so far' },
      },
    ]);
  });

  test('goes back to running for a re-run', async () => {
    const id = await hosts.createCheck(access, check(completed));
    await hosts.updateCheck(access, id, check());
    expect(await held()).toMatchObject([{ status: 'in_progress', conclusion: null }]);
  });

  test('is found, not made twice, after an answer was lost', async () => {
    github.failNext('POST', CHECK_RUNS, { kind: 'cut' });
    await expect(hosts.createCheck(access, check())).rejects.toMatchObject({ kind: 'broken', retryAfterMs: null });
    const id = await hosts.createCheck(access, check({ title: 'Later' }));
    expect(await held()).toMatchObject([{ id, output: { title: 'Later' } }]);
    expect(creations()).toBe(1);
  });

  test('of another external id is not taken for it', async () => {
    await hosts.createCheck(access, check({ externalId: 'chk_0' }));
    await hosts.createCheck(access, check());
    expect(await held()).toHaveLength(2);
  });
});

describe('tokens', () => {
  test('are for one repository and for checks only, and none is left', async () => {
    const id = await hosts.createCheck(access, check());
    await hosts.updateCheck(access, id, check(completed));
    github.failNext('PATCH', CHECK_RUNS, { kind: 'answer', status: 500 });
    await expect(hosts.updateCheck(access, id, check())).rejects.toMatchObject({ kind: 'broken' });
    const minted = github.requests.filter((each) => each.path.endsWith('/access_tokens'));
    expect(minted.map((each) => each.body)).toEqual(
      Array(3).fill({ repository_ids: [Number(github.repository.id)], permissions: { checks: 'write' } }),
    );
    expect(github.liveTokens()).toBe(0);
  });

  test('that cannot be revoked do not undo the check', async () => {
    github.failNext('DELETE', /installation\/token/, { kind: 'answer', status: 500 });
    await hosts.createCheck(access, check());
    expect(await held()).toHaveLength(1);
  });
});

describe('attestations of a file', () => {
  const sha256 = 'ab'.repeat(32);
  const list = (digest = sha256) => hosts.listAttestations(access, digest);
  const LIST = /\/attestations\//;

  test('are the bundles that are stored for its digest', async () => {
    github.attest(sha256, [{ mediaType: 'first' }, null]);
    expect(await list()).toEqual([{ mediaType: 'first' }, null]);
    expect(await list('cd'.repeat(32))).toEqual([]);
  });

  test('are asked for with a token for that repository and nothing else, and none is left', async () => {
    await list();
    const minted = github.requests.filter((each) => each.path.endsWith('/access_tokens'));
    expect(minted.map((each) => each.body)).toEqual([
      { repository_ids: [Number(github.repository.id)], permissions: { attestations: 'read' } },
    ]);
    expect(github.liveTokens()).toBe(0);
  });

  test('are no more than thirty, however many the answer has', async () => {
    const attestations = Array.from({ length: 1_000 }, (_, index) => ({ bundle: { index } }));
    github.failNext('GET', LIST, { kind: 'body', text: JSON.stringify({ attestations }) });
    expect(await list()).toHaveLength(30);
  });

  test.each([
    ['10 MB', JSON.stringify({ attestations: [{ bundle: 'x'.repeat(10 * 1024 * 1024) }] })],
    ['no JSON', '{"attestations": ['],
    ['no list', '{"attestations": {"length": 3}}'],
    ['null', 'null'],
  ])('in an answer of %s are unusable, for good', async (_, text) => {
    github.failNext('GET', LIST, { kind: 'body', text });
    await expect(list()).rejects.toMatchObject({ name: 'CodeHostError', kind: 'unusable', retryAfterMs: null });
  });

  test('in a list of anything are given on as they are', async () => {
    github.failNext('GET', LIST, { kind: 'body', text: '{"attestations": [null, 1, "x", {}, {"bundle": []}]}' });
    expect(await list()).toEqual([null, null, null, null, []]);
  });

  test.each([
    ['404', { status: 404 }, []],
    ['403', { status: 403 }, { kind: 'gone' }],
    ['429', { status: 429, headers: { 'retry-after': '30' } }, { kind: 'broken', retryAfterMs: 30_000 }],
    ['500', { status: 500 }, { kind: 'broken', retryAfterMs: null }],
  ])('that GitHub answers with %s', async (_, fault, expected) => {
    github.failNext('GET', LIST, { kind: 'answer', ...fault });
    if (Array.isArray(expected)) expect(await list()).toEqual(expected);
    else await expect(list()).rejects.toMatchObject(expected);
    expect(github.liveTokens()).toBe(0);
  });

  test('are out of reach where the App may not read them', async () => {
    github.failNext('POST', /access_tokens/, { kind: 'answer', status: 422, message: 'permissions are not granted' });
    await expect(list()).rejects.toMatchObject({ kind: 'gone' });
  });
});

describe('a repository', () => {
  test('is known by its id, and not by a name that may be another’s by now', async () => {
    await hosts.createCheck({ ...access, repository: github.otherRepository.fullName }, check());
    expect(await held()).toHaveLength(1);
    expect(github.requests.some((each) => each.path.includes(github.otherRepository.fullName))).toBe(false);
  });

  test.each([
    ['an unknown repository', { repositoryId: '999999' }],
    ['an unknown installation', { installationId: '1' }],
  ])('%s is gone', async (_, more) => {
    await expect(hosts.createCheck({ ...access, ...more }, check())).rejects.toMatchObject({ kind: 'gone' });
    expect(await held()).toEqual([]);
  });

  test('without the commit is gone', async () => {
    const lost = check({ headSha: 'f'.repeat(40) });
    await expect(hosts.createCheck(access, lost)).rejects.toMatchObject({ kind: 'gone' });
    expect(creations()).toBe(0);
  });
});

describe('failures', () => {
  const answer = (status: number, headers: Record<string, string> = {}, message = 'no') =>
    ({ kind: 'answer', status, headers, message }) as const;

  test.each([
    ['404', answer(404), 'gone', null],
    ['410', answer(410), 'gone', null],
    ['422', answer(422), 'gone', null],
    ['a suspended installation', answer(403, {}, 'This installation has been suspended'), 'gone', null],
    ['401', answer(401), 'broken', null],
    ['500', answer(500), 'broken', null],
    ['503 with a time', answer(503, { 'retry-after': '7' }), 'broken', 7_000],
    ['429 with a time', answer(429, { 'retry-after': '30' }), 'broken', 30_000],
    ['429 without', answer(429), 'broken', 60_000],
    ['403 with a time', answer(403, { 'retry-after': '5' }), 'broken', 5_000],
    ['the secondary limit', answer(403, {}, 'You have exceeded a secondary rate limit'), 'broken', 60_000],
    [
      'a spent limit',
      answer(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.ceil(NOW.getTime() / 1000) + 20) }),
      'broken',
      20_322,
    ],
  ] as const)('%s', async (_, fault, kind, retryAfterMs) => {
    github.failNext('POST', CHECK_RUNS, fault);
    const failure = hosts.createCheck(access, check());
    await expect(failure).rejects.toMatchObject({ name: 'CodeHostError', kind, retryAfterMs });
    expect(creations()).toBe(1);
  });

  test('a key that GitHub does not know is broken, and is not in the error', async () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const other = createGithub({ appId: github.appId, privateKey, apiUrl: github.url });
    const error = await other.createCheck(access, check()).catch((reason) => reason);
    expect(error).toMatchObject({ kind: 'broken', message: 'GitHub failed (401)' });
    expect(JSON.stringify([error, error.cause, error.cause?.request?.headers])).not.toMatch(/eyJ|PRIVATE/);
  });

  test('a host that is not there is broken', async () => {
    await github.stop();
    await expect(hosts.createCheck(access, check())).rejects.toMatchObject({ kind: 'broken', retryAfterMs: null });
    github = await startGithub();
  });
});

describe('who may write', () => {
  test('is said of the person with this name and id, with a token for that alone', async () => {
    const { writer, reader } = github.people;
    expect(await hosts.mayWrite(access, writer)).toBe(true);
    expect(await hosts.mayWrite(access, reader)).toBe(false);
    expect(await hosts.mayWrite(access, { login: writer.login, id: reader.id })).toBe(false);
    expect(await hosts.mayWrite(access, { login: 'nobody-of-this-name', id: writer.id })).toBe(false);
    const minted = github.requests.filter(({ path }) => path.endsWith('/access_tokens'));
    expect(minted.map(({ body }) => (body as { permissions: object }).permissions)).toEqual(
      Array(4).fill({ metadata: 'read' }),
    );
    expect(github.liveTokens()).toBe(0);
  });
});

describe('what a fork left', () => {
  const zip = Buffer.from('a zip');
  const sha256 = createHash('sha256').update(zip).digest('hex');
  const NAME = 'devicelane-fork-x';
  beforeEach(() => {
    const { headSha } = github.pullRequest;
    github.forks.pulls.push({ number: 9, headSha, branch: 'patch-1', title: 'From outside' });
    github.forks.runs.push({ id: 5, headSha, branch: 'patch-1', attempt: 3, artifacts: [{ id: 8, name: NAME, zip }] });
  });

  test('is told as GitHub states it', async () => {
    expect(await hosts.readForkSubmission(access, 5)).toEqual({
      attempt: 3,
      headSha: github.pullRequest.headSha,
      change: { number: 9, title: 'From outside', branch: 'patch-1', baseBranch: 'main' },
      artifacts: [{ id: 8, name: NAME, size: 5, sha256 }],
    });
    await expect(hosts.readForkSubmission(access, 6)).rejects.toMatchObject({ kind: 'gone' });
    expect(github.liveTokens()).toBe(0);
  });

  const read = async (maxBytes: number): Promise<string> => {
    const chunks: Uint8Array[] = [];
    for await (const chunk of hosts.openArtifact(access, 8, maxBytes)) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };

  test('is fetched from the store without the token, which is revoked before', async () => {
    expect(await read(5)).toBe('a zip');
    expect(github.forks.leaked).toEqual([]);
    expect(github.liveTokens()).toBe(0);
  });

  test('is never more than was asked for', async () => {
    await expect(read(4)).rejects.toMatchObject({ name: 'CodeHostError', kind: 'unusable' });
  });

  test.each<[string, GithubFault, string]>([
    ['a redirect to nowhere', { kind: 'answer', status: 302 }, 'unusable'],
    ['an address that is none', { kind: 'answer', status: 302, headers: { location: 'not a url' } }, 'unusable'],
    ['an artifact that is gone', { kind: 'answer', status: 410 }, 'gone'],
    ['a failure', { kind: 'answer', status: 500 }, 'broken'],
    ['a cut', { kind: 'cut' }, 'broken'],
  ])('of %s is told', async (_, fault, kind) => {
    github.failNext('GET', /\/zip$/, fault);
    await expect(read(5)).rejects.toMatchObject({ name: 'CodeHostError', kind });
    expect(github.liveTokens()).toBe(0);
  });
});

test.each([
  ['https://api.github.com', 'https://github.com'],
  ['https://api.acme.ghe.com', 'https://acme.ghe.com'],
  ['https://github.acme.example/api/v3', 'https://github.acme.example'],
  ['https://api.github.com.evil.example', 'https://api.github.com.evil.example'],
])('people of %s sign in at %s', (api, web) => {
  expect(webUrlOf(api)).toBe(web);
});
