import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { approveBinding } from '../integrations/bind-project.ts';
import { openProjectSettings } from '../tenants/read.ts';
import { CiJob } from '../testing/ci-job.ts';
import { openTenant, readAudit } from '../testing/kept.ts';
import { signIn, signInMember } from '../testing/person.ts';
import { expectRefusedExchange } from '../testing/refused-exchange.ts';
import { startWorld, type World } from '../testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.stop());

const codes = async () => (await readAudit(await openTenant(world))).map(({ code }) => code);
const renames = async () => (await codes()).filter((code) => code === 'project.renamed').length;
const repository = async () => {
  const ctx = await openTenant(world);
  return (await openProjectSettings(ctx, world.tenant.projectId)).repository;
};

describe('a repository that is renamed', () => {
  test('stays trusted by its numbers, and its new name is known and told of once', async () => {
    const before = await renames();
    const claims = { repository: 'acme/renamed', sub: 'repo:acme@3001/renamed@9001:pull_request' };
    const answers = await Promise.all(Array.from({ length: 8 }, () => new CiJob(world, { claims }).exchange()));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
    expect(await repository()).toBe('acme/renamed');
    expect(await renames()).toBe(before + 1);
  });

  test('is not renamed by a token that no policy takes', async () => {
    const [before, name] = [await renames(), await repository()];
    const claims = { repository: 'acme/evil', event_name: 'issue_comment' };
    await expectRefusedExchange(world, () => new CiJob(world, { claims }).exchange(), {
      code: 'untrusted',
      log: 'tenant',
    });
    expect([await renames(), await repository()]).toEqual([before, name]);
  });

  test('leaves its name to whoever takes it, without its trust', async () => {
    const claims = { repository: 'acme/app', repository_id: '424242' };
    expect((await new CiJob(world, { claims }).exchange()).json).toMatchObject({ code: 'untrusted' });
  });
});

describe('a repository that is transferred', () => {
  const moved = { repository_owner_id: '5005', repository: 'newco/app' };
  const path = (owner: string) => `/v1/projects/${world.tenant.projectId}/owner/${owner}`;

  test('is not trusted until its new owner, whose number the refusal tells, is named and approved', async () => {
    const refusal = { code: 'untrusted', detail: /another owner now, number 5005/, log: 'tenant' as const };
    await expectRefusedExchange(world, () => new CiJob(world, { claims: moved }).exchange(), refusal);

    const member = await signInMember(world, 'member@example.com');
    expect((await member.ask('PUT', path('5005'))).status).toBe(403);
    const admin = await signIn(world);
    for (const wrong of ['newco', '-1', '9'.repeat(21)]) expect((await admin.ask('PUT', path(wrong))).status).toBe(404);
    await expectRefusedExchange(world, () => new CiJob(world, { claims: moved }).exchange(), refusal);

    // Named alone it is not: anybody may have it now.
    expect((await admin.ask('PUT', path('5005'))).status).toBe(204);
    expect(await codes()).toContain('project.owner_named');
    await expectRefusedExchange(world, () => new CiJob(world, { claims: moved }).exchange(), refusal);

    const ctx = await openTenant(world, { actor: { kind: 'operator' } });
    const held = await CiJob.start(world);
    const { projectId } = world.tenant;
    await approveBinding({ ctx, system: world.backend.contexts.system('test'), input: { projectId } });
    expect(await codes()).toContain('project.bound');
    // What CI got under the former owner ends with it.
    expect((await held.request('GET', '/v1/runs')).status).toBe(401);
    expect((await new CiJob(world, { claims: moved }).exchange()).status).toBe(200);
    const former = {
      code: 'untrusted',
      detail: new RegExp(`number ${world.github.repository.ownerId};`),
      log: 'tenant' as const,
    };
    await expectRefusedExchange(world, () => new CiJob(world).exchange(), former);
  });
});
