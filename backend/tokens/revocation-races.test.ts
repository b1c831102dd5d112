import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { CiJob, type JobAnswer } from '../testing/ci-job.ts';
import { openTenant } from '../testing/kept.ts';
import { type Person, signIn } from '../testing/person.ts';
import { startWorld, type World } from '../testing/world.ts';

let world: World;
let admin: Person;
let policyId: string;
let ciRun = 80_000;
beforeAll(async () => {
  world = await startWorld();
  admin = await signIn(world);
  const policy = { events: ['merge_group'], maxArtifacts: 1 };
  const made = await admin.ask('POST', '/v1/trust-policies', { projectId: world.tenant.projectId, policy });
  policyId = (made.json as { trustPolicyId: string }).trustPolicyId;
});
afterAll(() => world.stop());

const newJob = () => new CiJob(world, { claims: { event_name: 'merge_group', run_id: String(++ciRun) } });
const replace = (maxArtifacts: number) =>
  admin.ask('PUT', `/v1/trust-policies/${policyId}`, { events: ['merge_group'], maxArtifacts });
const working = async () =>
  (await openTenant(world)).db
    .selectFrom('capabilities')
    .selectAll()
    .where('trust_policy_id', '=', policyId)
    .where('revoked_at', 'is', null)
    .execute();

describe('at the very moment at which a policy is replaced', () => {
  test('no exchange leaves a capability of the former one', async () => {
    for (let round = 2; round < 7; round++) {
      const asked: Promise<JobAnswer>[] = Array.from({ length: 10 }, () => newJob().exchange());
      await new Promise((resolve) => setTimeout(resolve, round * 5));
      const replaced = replace(round);
      const later: Promise<JobAnswer>[] = Array.from({ length: 10 }, () => newJob().exchange());
      expect((await replaced).status).toBe(200);
      const answers = await Promise.all([...asked, ...later]);
      for (const { status } of answers) expect([200, 403]).toContain(status);
      expect((await working()).filter(({ max_artifacts: most }) => most !== round)).toEqual([]);
    }
  });

  test('no start leaves a handle of a capability that is revoked', async () => {
    for (let round = 10; round < 13; round++) {
      const jobs = await Promise.all(
        Array.from({ length: 6 }, async () => {
          const job = newJob();
          job.token = ((await job.exchange()).json as { access_token: string }).access_token;
          return { job, body: await job.runRequest() };
        }),
      );
      const starts = jobs.map(({ job, body }) => job.request('POST', '/v1/runs', { body }));
      await new Promise((resolve) => setTimeout(resolve, (round - 9) * 10));
      expect((await replace(round)).status).toBe(200);
      for (const { status } of await Promise.all(starts)) expect([201, 401]).toContain(status);
      expect(await working()).toEqual([]);
    }
  });
});
