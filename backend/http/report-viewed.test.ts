/** F5: whoever looks at a report is in the log once, as what they are, and the customer sees it soon. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AuditEntry, AuditPage } from '../contract/audit.ts';
import { newId } from '../contract/ids.ts';
import { newToken } from '../contract/token-forms.ts';
import { addPerson } from '../people/add.ts';
import { createSignInLink } from '../people/sign-in-link.ts';
import { CiJob } from '../testing/ci-job.ts';
import { openTenant, readAudit } from '../testing/kept.ts';
import { until } from '../testing/until.ts';
import { startWorld, type World } from '../testing/world.ts';
import { hashToken } from '../tokens/hash.ts';

let world: World;
let job: CiJob;
let runId: string;
let admin: string;
let member: { personId: string; cookie: string };
let token: { id: string; text: string };

beforeAll(async () => {
  world = await startWorld();
  const ctx = await openTenant(world, { actor: { kind: 'operator' } });
  job = await CiJob.start(world);
  ({ runId } = await job.startRun());
  await job.finished(runId);
  admin = await signIn(world.tenant.personId);
  const { personId } = await addPerson({ ctx, input: { email: 'member@example.com', role: 'member' } });
  member = { personId, cookie: await signIn(personId) };
  // As an API token is kept: bound to no key and to no CI job.
  token = { id: newId('capability', ctx.tenant.route), text: newToken('pat', ctx.tenant.route) };
  await ctx.db
    .insertInto('capabilities')
    .values({
      id: token.id,
      token_hash: hashToken(token.text),
      kind: 'api',
      project_id: world.tenant.projectId,
      parent_id: null,
      run_id: null,
      operations: ['run:read'],
      key_thumbprint: null,
      ci_run_id: null,
      ci_attempt: null,
      sealed_claims: null,
      max_bytes: 0,
      max_artifacts: 0,
      created_at: ctx.now(),
      expires_at: new Date(ctx.now().getTime() + 3_600_000),
      revoked_at: null,
    })
    .execute();
});
afterAll(() => world.stop());

async function signIn(personId: string): Promise<string> {
  const ctx = await openTenant(world, { actor: { kind: 'operator' } });
  const { url } = await createSignInLink({ ctx, input: { personId, target: '/' } });
  const answer = await fetch(url, { method: 'POST', headers: { origin: world.backend.url }, redirect: 'manual' });
  return answer.headers.getSetCookie()[0]!.split(';')[0]!;
}

const get = async (path: string, headers: Record<string, string> = {}): Promise<number> => {
  const answer = await fetch(world.backend.url + path, { headers });
  await answer.text();
  return answer.status;
};

/** What the customer sees of this report. */
async function viewed(actor: string): Promise<AuditEntry[]> {
  const path = `/v1/audit?code=report.viewed&object=${runId}&actor=${actor}`;
  const answer = await fetch(world.backend.url + path, { headers: { cookie: admin } });
  return ((await answer.json()) as AuditPage).entries;
}

describe('F5: a report that was viewed is in the log', () => {
  test.each([
    ['by a person, on its page', () => ({ cookie: admin }), () => `person:${world.tenant.personId}`, '/runs/'],
    ['by a person, as JSON', () => ({ cookie: member.cookie }), () => `person:${member.personId}`, '/v1/runs/'],
    ['by an API token', () => ({ authorization: `Bearer ${token.text}` }), () => `api_token:${token.id}`, '/v1/runs/'],
  ])('%s', async (_, headers, actor, path) => {
    for (let times = 0; times < 3; times += 1) expect(await get(path + runId, headers())).toBe(200);
    await until('the entry', async () => (await viewed(actor())).length > 0);
    expect(await viewed(actor())).toEqual([
      expect.objectContaining({ outcome: 'allowed', actor: actor(), object: runId, detail: {} }),
    ]);
  });

  test('in both forms by the same person, once', async () => {
    expect(await get(`/runs/${runId}`, { cookie: member.cookie })).toBe(200);
    expect(await viewed(`person:${member.personId}`)).toHaveLength(1);
  });

  test('not by who has only its link, a bot that unfurls it included: they see nothing of it', async () => {
    const before = await readAudit(await openTenant(world));
    for (const agent of ['Mozilla/5.0', 'Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)']) {
      expect(await get(`/runs/${runId}`, { 'user-agent': agent, accept: 'text/html' })).toBe(401);
    }
    const after = await readAudit(await openTenant(world));
    expect(after).toEqual(before);
  });

  test('not by the CI job that follows its own run', async () => {
    await job.readRun(runId);
    const all = await readAudit(await openTenant(world));
    const actors = all.filter(({ code }) => code === 'report.viewed').map(({ actor }) => actor);
    expect(actors.filter((actor) => actor.startsWith('capability:'))).toEqual([]);
  });
});
