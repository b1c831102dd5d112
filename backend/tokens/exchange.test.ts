import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { CiJob, type JobAnswer, type JobKey, newJobKey } from '../testing/ci-job.ts';
import { dumpDatabases, openTenant, readAudit, readKept } from '../testing/kept.ts';
import type { Claims } from '../testing/oidc.ts';
import { expectRefusedExchange, type Refusal } from '../testing/refused-exchange.ts';
import { startWorld, type World } from '../testing/world.ts';
import { forgetUsedTokens } from './forget-used.ts';

let world: World;
/** The server's clock stands still until a test turns it. */
const START = Date.now();
const seconds = Math.floor(START / 1000);
let skew = 0;
const now = () => new Date(START + skew);
const newJob = (options: { claims?: Claims; key?: JobKey } = {}): CiJob => new CiJob(world, options);

beforeAll(async () => {
  world = await startWorld({ now });
});
afterAll(() => world.stop());
beforeEach(() => {
  skew = 0;
});

const capabilities = async () => (await readKept(world)).rows.capabilities;
const lastAudit = async () => (await readAudit(await openTenant(world))).at(-1);

const expectRefused = (ask: () => Promise<JobAnswer>, refusal: Refusal) => expectRefusedExchange(world, ask, refusal);

describe('an exchange', () => {
  test('gives a capability of 15 minutes without content, bound to the key', async () => {
    const job = newJob();
    const answer = await job.exchange();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.json).toEqual({
      access_token: expect.stringMatching(/^dl_ci_[0-9A-Za-z]{49}$/),
      issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
      token_type: 'DPoP',
      expires_in: 900,
      scope: 'artifact:create artifact:read run:create run:read run:cancel',
    });
    expect(await lastAudit()).toMatchObject({ code: 'token.issued', outcome: 'allowed' });
  });

  test('leaves neither the identity token nor the capability in any database', async () => {
    const job = newJob();
    const idToken = await job.idToken();
    const { access_token } = (await job.exchange({ idToken })).json as { access_token: string };
    const everything = await dumpDatabases(world);
    expect(everything).toContain('token.issued');
    for (const secret of [access_token, access_token.slice(20), idToken, idToken.split('.')[2]!]) {
      expect(everything).not.toContain(secret);
    }
  });

  test('A6: takes a token that ended 29 seconds ago, and none that ended 31 seconds ago', async () => {
    const job = newJob();
    await expect(job.exchange({ idToken: await job.idToken({ exp: seconds - 29 }) })).resolves.toMatchObject({
      status: 200,
    });
    await expectRefused(async () => job.exchange({ idToken: await job.idToken({ exp: seconds - 31 }) }), {
      code: 'invalid_token',
      detail: /has expired/,
      log: 'tenant',
    });
  });

  test('A6: takes a token that begins 29 seconds from now, and none that begins in 31', async () => {
    const job = newJob();
    const from = async (begin: number) => job.exchange({ idToken: await job.idToken({ nbf: begin, iat: begin }) });
    await expect(from(seconds + 29)).resolves.toMatchObject({ status: 200 });
    await expectRefused(() => from(seconds + 31), { code: 'invalid_token', log: 'tenant' });
  });

  test('takes no token that was made more than ten minutes ago, however long it lasts', async () => {
    const job = newJob();
    await expectRefused(
      async () => job.exchange({ idToken: await job.idToken({ iat: seconds - 631, exp: seconds + 3600 }) }),
      { code: 'invalid_token', log: 'tenant' },
    );
  });
});

describe('A4, A5: a token that its issuer signed is refused', () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    ["for GitHub's default audience", { aud: 'https://github.com/acme' }, /audience/],
    ['for another server', { aud: 'https://devicelane.example' }, /audience/],
    ['for a part of this server', { aud: 'http://127.0.0.1' }, /audience/],
    ['for nobody', { aud: undefined }, /audience|aud/],
    ['without an end', { exp: undefined }, /exp/],
    ['without an id', { jti: undefined }, /jti/],
    ['without a start', { nbf: undefined }, /nbf/],
    ['without its time', { iat: undefined }, /iat/],
    ['whose end is a text', { exp: String(seconds + 300) }, /exp/],
    ['whose id is a number', { jti: 7 }, /jti/],
    ['whose id is empty', { jti: '' }, /jti/],
    ['that begins later', { nbf: seconds + 600 }, /nbf/],
    ['that was made later', { iat: seconds + 600 }, /iat/],
    ['without the number of its owner', { repository_owner_id: undefined }, /repository_owner_id/],
    ['whose attempt is a word', { run_attempt: 'one' }, /run_attempt/],
    ['without its event', { event_name: undefined }, /event_name/],
  ])('%s', async (_, claims, detail) => {
    const job = newJob();
    await expectRefused(async () => job.exchange({ idToken: await job.idToken(claims) }), {
      code: 'invalid_token',
      detail,
      log: 'tenant',
    });
  });

  test('for this server and others', async () => {
    const job = newJob();
    for (const aud of [[job.url], [job.url, 'https://devicelane.example']]) {
      await expectRefused(async () => job.exchange({ idToken: await job.idToken({ aud }) }), {
        code: 'invalid_token',
        detail: /alone/,
        log: 'tenant',
      });
    }
  });

  test('for this server with a slash behind it', async () => {
    const job = newJob();
    await expectRefused(async () => job.exchange({ idToken: await job.idToken({ aud: `${job.url}/` }) }), {
      code: 'invalid_token',
      log: 'tenant',
    });
  });
});

describe('a trusted issuer’s token is refused', () => {
  test('of another repository', async () => {
    const job = newJob({ claims: { repository_id: world.github.otherRepository.id } });
    await expectRefused(() => job.exchange(), { code: 'untrusted', detail: /bound to no project/, log: 'control' });
  });

  test('of a repository that only has the name of ours', async () => {
    const job = newJob({ claims: { repository_id: '424242' } });
    await expectRefused(() => job.exchange(), { code: 'untrusted', log: 'control' });
  });

  test('of our repository after it went to another owner', async () => {
    const job = newJob({ claims: { repository_owner_id: '424242' } });
    await expectRefused(() => job.exchange(), { code: 'untrusted', detail: /another owner/, log: 'tenant' });
  });

  test.each(['pull_request_target', 'workflow_run', 'issue_comment'])('A13: of the event %s', async (event_name) => {
    const job = newJob({ claims: { event_name, ref: 'refs/heads/main' } });
    await expectRefused(() => job.exchange(), { code: 'untrusted', detail: /event_name/, log: 'tenant' });
  });

  test.each([
    ['grant_type', 'client_credentials'],
    ['subject_token_type', 'urn:ietf:params:oauth:token-type:refresh_token'],
    ['subject_token', ''],
    ['subject_token', 'x'.repeat(8193)],
  ])('in a form whose %s is wrong', async (field, value) => {
    const answer = await newJob().exchange({ form: { [field]: value } });
    expect(answer).toMatchObject({ status: 400, json: { code: 'invalid_request', field } });
  });
});

describe('used before', () => {
  test('A7: the same token is refused, with another key too', async () => {
    const job = newJob();
    const idToken = await job.idToken();
    expect((await job.exchange({ idToken })).status).toBe(200);
    for (const again of [job, newJob()]) {
      await expectRefused(() => again.exchange({ idToken }), { code: 'replayed', log: 'tenant' });
    }
  });

  test('the same proof is refused with a fresh token', async () => {
    const job = newJob();
    const proof = { claims: { jti: 'proof-used-twice' } };
    expect((await job.exchange({ proof })).status).toBe(200);
    await expectRefused(() => job.exchange({ proof }), { code: 'replayed', log: 'tenant' });
  });

  test('A8: of 200 exchanges of one token at once exactly one gets a capability', async () => {
    const before = await capabilities();
    const idToken = await newJob().idToken();
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => newJob({ key: newJobKey() }).exchange({ idToken })),
    );
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    expect(answers.filter((answer) => (answer.json as { code?: string }).code === 'replayed')).toHaveLength(199);
    expect(await capabilities()).toBe((before ?? 0) + 1);
  });

  test('is remembered until the token would be refused for its age', async () => {
    const job = newJob();
    const idToken = await job.idToken({ exp: seconds + 60 });
    expect((await job.exchange({ idToken })).status).toBe(200);
    const { control } = world.backend.doors.databases;
    skew = 89_000;
    await forgetUsedTokens(control, now());
    expect((await newJob().exchange({ idToken })).json).toMatchObject({ code: 'replayed' });
    skew = 96_000;
    await forgetUsedTokens(control, now());
    expect((await newJob().exchange({ idToken })).json).toMatchObject({ code: 'invalid_token' });
    skew = 3_600_000;
    await forgetUsedTokens(control, now());
    expect(await control.selectFrom('used_tokens').selectAll().execute()).toEqual([]);
    expect(await control.selectFrom('used_proofs').selectAll().execute()).toEqual([]);
  });
});
