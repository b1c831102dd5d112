import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { realClock } from '../../../action/client/clock.ts';
import type { Environment } from '../../../action/client/environment.ts';
import { type Submission, submit } from '../../../action/client/submit.ts';
import type { CreatedApiToken } from '../../contract/api-tokens.ts';
import { apkFile } from '../apks/apk-file.ts';
import { openTenant } from '../kept.ts';
import { type Person, signIn } from '../person.ts';
import { startWorld, type World } from '../world.ts';

let world: World;
let admin: Person;
let folder: string;
beforeAll(async () => {
  world = await startWorld();
  admin = await signIn(world);
  folder = await mkdtemp(join(tmpdir(), 'devicelane-token-'));
  await writeFile(join(folder, 'app.apk'), apkFile());
});
afterAll(async () => {
  await world.stop();
  await rm(folder, { recursive: true });
});

const lines: string[] = [];
const environment = (): Environment => ({
  fetch,
  getIdToken: () => Promise.reject(new Error('this CI has no identity tokens')),
  log: {
    line: (text) => lines.push(text),
    warning: (text) => lines.push(text),
    startGroup: () => {},
    endGroup: () => {},
    mask: () => {},
  },
  clock: realClock,
  random: Math.random,
  signal: new AbortController().signal,
});
const submission = (token: string): Submission => ({
  server: world.backend.url,
  app: 'app.apk',
  tests: null,
  folder,
  token,
  junit: null,
  junitFolder: folder,
  run: { commit: { sha: world.github.pullRequest.headSha } },
});
async function newToken(scopes: string[]): Promise<CreatedApiToken> {
  const wish = { name: 'ci', projectId: world.tenant.projectId, scopes, expiresInDays: 1 };
  return (await admin.ask('POST', '/v1/tokens', wish)).json as CreatedApiToken;
}

describe('a step with an API token instead of an identity token', () => {
  const CI = ['artifact:create', 'artifact:read', 'run:create', 'run:read', 'run:cancel'];

  test('uploads, starts a run of its own each time, and comes back with the verdict', async () => {
    const { token } = await newToken(CI);
    const runs = [];
    for (let i = 0; i < 2; i++) {
      const outcome = await submit(submission(token), environment(), { onStarted: () => {} });
      expect(outcome).toMatchObject({ kind: 'finished', run: { state: 'finished', verdict: expect.any(String) } });
      runs.push(outcome.started.runId);
    }
    expect(new Set(runs).size).toBe(2);
    expect(lines.join('\n')).not.toContain(token.slice(17));
  });

  test('leaves a handle that ends with the person who made the token, and with the token', async () => {
    const { token } = await newToken(CI);
    const leaving = { ...submission(token), run: { ...submission(token).run, wait: false } };
    const { started } = await submit(leaving, environment(), { onStarted: () => {} });
    const read = async () => {
      const headers = { authorization: `Bearer ${started.handle}` };
      return (await fetch(`${world.backend.url}/v1/runs/${started.runId}`, { headers })).status;
    };
    expect(await read()).toBe(200);
    const ctx = await openTenant(world);
    const person = ctx.db.updateTable('people').where('id', '=', world.tenant.personId);
    await person.set({ disabled_at: new Date() }).execute();
    expect(await read()).toBe(401);
    await person.set({ disabled_at: null }).execute();
    expect(await read()).toBe(200);
    await fetch(`${world.backend.url}/oauth/revoke`, { method: 'POST', body: new URLSearchParams({ token }) });
    expect(await read()).toBe(401);
  });

  test('that may not start runs is refused, and the input is named', async () => {
    const { token } = await newToken(CI.filter((scope) => scope !== 'run:create'));
    await expect(submit(submission(token), environment(), { onStarted: () => {} })).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/^token: .*run:create.*forbidden/),
    });
  });

  test('that was revoked is refused, and the input is named', async () => {
    const { token, tokenId } = await newToken(CI);
    await admin.ask('DELETE', `/v1/tokens/${tokenId}`);
    await expect(submit(submission(token), environment(), { onStarted: () => {} })).rejects.toMatchObject({
      exitCode: 3,
      message: expect.stringMatching(/^token: .*invalid_token/),
    });
  });
});
