import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createSignInLink } from '../people/sign-in-link.ts';
import { CiJob } from '../testing/ci-job.ts';
import type { GithubPerson } from '../testing/github-sign-in.ts';
import { openTenant, readAudit } from '../testing/kept.ts';
import { type Person, signIn, signInMember } from '../testing/person.ts';
import { addTenant } from '../testing/project.ts';
import { startWorld, type World } from '../testing/world.ts';
import { approveBinding } from './bind-project.ts';
import { readGithubInstallation } from './read.ts';

let world: World;
/** The admin of another tenant, who wants repositories too. */
let other: Person & { tenantId: string };
const START = Date.now();
let skew = 0;
beforeAll(async () => {
  world = await startWorld({ now: () => new Date(START + skew) });
  const { tenantId, personId } = await addTenant(world, { id: '662', ownerId: '661', fullName: 'other/own' });
  const ctx = await openTenant(world, { tenantId, actor: { kind: 'operator' } });
  const { url } = await createSignInLink({ ctx, input: { personId, target: '/' } });
  other = { ...(await signIn(world, url)), tenantId };
});
afterAll(() => world.stop());
beforeEach(async () => {
  skew = 0;
  world.github.signIns.roles.clear();
  await world.backend.doors.databases.control
    .deleteFrom('repository_bindings')
    .where('repository_id', '=', world.github.otherRepository.id)
    .execute();
  for (const tenantId of [world.tenant.tenantId, other.tenantId]) {
    const { db } = await openTenant(world, { tenantId });
    await db.deleteFrom('projects').where('repository_id', '=', world.github.otherRepository.id).execute();
  }
});

type Project = { projectId: string; binding: string; proveUrl: string | null };

const described = (changes: object = {}) => ({
  name: 'The app',
  issuer: world.oidc.issuer,
  ownerId: world.github.otherRepository.ownerId,
  repositoryId: world.github.otherRepository.id,
  repository: world.github.otherRepository.fullName,
  ...changes,
});
async function make(by: Person, changes: object = {}): Promise<Project> {
  const made = await by.ask('POST', '/v1/projects', described(changes));
  expect(made).toMatchObject({ status: 201, json: { binding: 'pending' } });
  return made.json as Project;
}
const bindingOf = async (by: Person, { projectId }: Project) =>
  ((await by.ask('GET', `/v1/projects/${projectId}`)).json as Project).binding;
const codes = async (tenantId: string) =>
  (await readAudit(await openTenant(world, { tenantId }))).map(({ code, outcome }) => `${code} ${outcome}`);
const lets = (role: 'admin' | 'maintain' | 'write' | 'read', person: GithubPerson = world.github.people.writer) =>
  world.github.signIns.roles.set(`${person.login} ${world.github.otherRepository.fullName}`, role);
const exchange = async () => {
  const { id, ownerId, fullName } = world.github.otherRepository;
  const claims = { repository_id: id, repository_owner_id: ownerId, repository: fullName };
  return (await new CiJob(world, { claims }).exchange()).json;
};

async function visit(by: Person, path: string, method = 'GET') {
  const answer = await fetch(new URL(path, world.backend.url), {
    method,
    headers: { cookie: by.cookie, origin: world.backend.url },
    redirect: 'manual',
  });
  return { status: answer.status, location: answer.headers.get('location') ?? '', text: await answer.text() };
}
/** To GitHub, where the person agrees, and back to this path. */
async function prove(by: Person, project: Project, person: GithubPerson = world.github.people.writer): Promise<string> {
  const left = await visit(by, `/projects/${project.projectId}/prove`);
  expect(left.status).toBe(303);
  const back = world.github.signIns.agree(left.location, person);
  return back.pathname + back.search;
}
const buttonOf = (page: string): string => /<form method="post" action="(\/connect\/\w+)"/.exec(page)?.[1] ?? 'none';

describe('a project that is made', () => {
  test('trusts and reaches nothing until it is bound', async () => {
    const project = await make(other);
    expect(project.proveUrl).toBe(`${world.backend.url}/projects/${project.projectId}/prove`);
    await other.ask('POST', '/v1/trust-policies', { projectId: project.projectId, policy: {} });
    expect(await exchange()).toMatchObject({
      code: 'untrusted',
      detail: expect.stringContaining('bound to no project'),
    });
    const mine = await make(await signIn(world));
    // The tenant's own installation reaches this repository as well.
    expect(await readGithubInstallation(await openTenant(world), mine.projectId)).toBeNull();
    expect((await visit(other, '/projects')).text).toContain('Prove access at GitHub');
  });

  test.each([
    ['an issuer that is not registered', { issuer: 'https://issuer.evil.example' }, 422, 'issuer'],
    ['a farm that is not connected', { defaultFarm: 'moonfarm' }, 422, 'defaultFarm'],
    ['a name for a number', { repositoryId: 'acme/app' }, 400, 'repositoryId'],
    ['a path', { repository: '../../etc' }, 400, 'repository'],
    ['an unknown key', { admin: true }, 400, 'admin'],
  ])('is refused with %s', async (_, changes, status, field) => {
    const refused = await other.ask('POST', '/v1/projects', described(changes));
    expect(refused).toMatchObject({ status, json: { field: expect.stringContaining(field) } });
  });

  test('is for admins', async () => {
    const member = await signInMember(world, 'm@example.com');
    expect((await member.ask('POST', '/v1/projects', described())).status).toBe(403);
    expect((await member.ask('GET', '/v1/projects')).status).toBe(403);
    expect((await visit(member, '/projects')).status).toBe(403);
  });

  test("says nothing of another tenant's", async () => {
    const project = await make(other);
    const admin = await signIn(world);
    for (const path of ['', '/prove']) {
      const at = path ? `/projects/${project.projectId}${path}` : `/v1/projects/${project.projectId}`;
      expect((await visit(admin, at)).status).toBe(404);
    }
    await make(admin);
  });
});

describe('who runs the repository at GitHub', () => {
  test.each(['admin', 'maintain'] as const)('as %s binds it, once asked who they are', async (role) => {
    const project = await make(other);
    lets(role);
    const asked = await visit(other, await prove(other, project));
    expect(asked.status).toBe(200);
    expect(asked.text).toContain('admin@other.example');
    expect(asked.text).toContain(world.github.people.writer.login);
    expect(await bindingOf(other, project)).toBe('pending');
    expect(await visit(other, buttonOf(asked.text), 'POST')).toMatchObject({ status: 303, location: '/projects' });
    expect(await bindingOf(other, project)).toBe('bound');

    await other.ask('POST', '/v1/trust-policies', { projectId: project.projectId, policy: {} });
    expect(await exchange()).toMatchObject({ token_type: 'DPoP' });
    const ctx = await openTenant(world, { tenantId: other.tenantId });
    expect(await readGithubInstallation(ctx, project.projectId)).toMatchObject({
      installationId: world.github.installationId,
      postsChecks: true,
    });
    const told = await codes(other.tenantId);
    for (const code of ['proof_started', 'access_shown', 'bound']) expect(told).toContain(`project.${code} allowed`);
    expect(world.github.signIns.liveTokens()).toBe(0);
    expect((await visit(other, `/projects/${project.projectId}/prove`)).status).toBe(409);
  });

  test.each(['write', 'read', null] as const)('but may only %s does not', async (role) => {
    const project = await make(other);
    if (role) lets(role);
    const asked = await visit(other, await prove(other, project));
    expect(asked).toMatchObject({ status: 403, text: expect.stringContaining('does not administer or maintain') });
    expect(await bindingOf(other, project)).toBe('pending');
    expect(await codes(other.tenantId)).toContain('project.access_shown denied');
    expect(world.github.signIns.liveTokens()).toBe(0);
  });

  test('but says another owner than GitHub does not', async () => {
    const project = await make(other, { ownerId: '661' });
    lets('admin');
    expect((await visit(other, await prove(other, project))).status).toBe(403);
  });
});

describe('the way back', () => {
  test('is for who went: nobody’s account proves for somebody else', async () => {
    const project = await make(other);
    lets('admin');
    const back = await prove(other, project);
    const victim = await signIn(world);
    expect((await visit(victim, back)).status).toBe(404);
    expect(
      (await visit(victim, `/connect/${new URL(back, world.backend.url).searchParams.get('state')}`, 'POST')).status,
    ).toBe(404);
    expect((await fetch(world.backend.url + back, { redirect: 'manual' })).status).toBe(401);
  });

  test('binds nothing before the question is answered, and only once', async () => {
    const project = await make(other);
    lets('admin');
    const back = await prove(other, project);
    const state = new URL(back, world.backend.url).searchParams.get('state');
    expect((await visit(other, `/connect/${state}`, 'POST')).status).toBe(404);
    const button = buttonOf((await visit(other, back)).text);
    expect((await visit(other, button, 'POST')).status).toBe(303);
    expect((await visit(other, button, 'POST')).status).toBe(404);
  });

  test('ends after ten minutes, with the next start, and with a used code', async () => {
    const project = await make(other);
    lets('admin');
    const first = await prove(other, project);
    const second = await prove(other, project);
    expect((await visit(other, first)).status).toBe(404);
    expect((await visit(other, second)).status).toBe(200);
    expect((await visit(other, second)).status).toBe(403);
    const late = await prove(other, project);
    skew = 10 * 60_000 + 1;
    expect((await visit(other, late)).status).toBe(404);
  });

  test('asks only from a page of this server', async () => {
    const project = await make(other);
    lets('admin');
    const button = buttonOf((await visit(other, await prove(other, project))).text);
    const foreign = { cookie: other.cookie, origin: 'https://evil.example' };
    const answer = await fetch(world.backend.url + button, { method: 'POST', headers: foreign, redirect: 'manual' });
    expect(answer.status).toBe(403);
    expect(await bindingOf(other, project)).toBe('pending');
  });

  test.each([
    ['who did not agree', 'error=access_denied', 403],
    ['with a code that GitHub did not make', 'code=0000', 403],
  ])('of %s proves nothing', async (_, query, status) => {
    const project = await make(other);
    lets('admin');
    const state = new URL(await prove(other, project), world.backend.url).searchParams.get('state');
    expect((await visit(other, `/connect/github?state=${state}&${query}`)).status).toBe(status);
    expect(await bindingOf(other, project)).toBe('pending');
  });

  test('waits for GitHub to work again', async () => {
    const project = await make(other);
    lets('admin');
    const back = await prove(other, project);
    world.github.failNext('GET', /user\/installations/, { kind: 'answer', status: 500 });
    expect((await visit(other, back)).status).toBe(503);
    expect(world.github.signIns.liveTokens()).toBe(0);
  });
});

describe('a repository that another has', () => {
  const bind = async (by: Person, project: Project) =>
    visit(by, buttonOf((await visit(by, await prove(by, project))).text), 'POST');

  test('stays theirs, whoever else runs it', async () => {
    const admin = await signIn(world);
    const first = await make(admin);
    const second = await make(other);
    lets('admin');
    expect((await bind(admin, first)).status).toBe(303);
    expect((await bind(other, second)).status).toBe(409);
    expect(await bindingOf(other, second)).toBe('pending');
    expect(await bindingOf(admin, first)).toBe('bound');
  });

  test('goes to who proves it after it changed hands, and what CI holds of before ends', async () => {
    const admin = await signIn(world);
    const { id, fullName, ownerId } = world.github.otherRepository;
    const first = await make(admin);
    const operator = await openTenant(world, { actor: { kind: 'operator' } });
    const system = world.backend.contexts.system('test');
    await approveBinding({ ctx: operator, system, input: { projectId: first.projectId } });
    await admin.ask('POST', '/v1/trust-policies', { projectId: first.projectId, policy: {} });
    const job = await CiJob.start(world, {
      claims: { repository_id: id, repository_owner_id: ownerId, repository: fullName },
    });
    // As it was before: GitHub now says the owner that `other` names.
    await world.backend.doors.databases.control
      .updateTable('repository_bindings')
      .set({ owner_id: '5005' })
      .where('repository_id', '=', id)
      .execute();
    const second = await make(other);
    lets('admin');
    expect((await bind(other, second)).status).toBe(303);
    expect(await bindingOf(admin, first)).toBe('pending');
    expect(await codes(world.tenant.tenantId)).toContain('project.unbound allowed');
    const asked = await job.request('POST', '/v1/artifacts', { body: { name: 'a', size: 1, sha256: '0'.repeat(64) } });
    expect(asked.status).toBe(401);
  });

  test('is not taken by naming another owner: that is proven too', async () => {
    const admin = await signIn(world);
    const project = await make(admin);
    lets('admin');
    await bind(admin, project);
    expect((await admin.ask('PUT', `/v1/projects/${project.projectId}/owner/4711`)).status).toBe(204);
    expect(await bindingOf(admin, project)).toBe('owner_changed');
    expect((await visit(admin, await prove(admin, project))).status).toBe(403);
    // Until then who had it has it.
    await admin.ask('POST', '/v1/trust-policies', { projectId: project.projectId, policy: {} });
    expect(await exchange()).toMatchObject({ token_type: 'DPoP' });
  });
});

describe('the operator', () => {
  test('approves, and nobody else does', async () => {
    const project = await make(other);
    const system = world.backend.contexts.system('test');
    const input = { projectId: project.projectId };
    const { tenantId } = other;
    for (const actor of [{ kind: 'person', id: 'per_x', role: 'admin' }, { kind: 'worker' }] as const) {
      const ctx = await openTenant(world, { tenantId, actor });
      await expect(approveBinding({ ctx, system, input })).rejects.toMatchObject({ code: 'forbidden' });
    }
    const ctx = await openTenant(world, { tenantId, actor: { kind: 'operator' } });
    await approveBinding({ ctx, system, input });
    expect(await bindingOf(other, project)).toBe('bound');
    expect((await readAudit(ctx)).at(-1)).toMatchObject({ code: 'project.bound', detail: { by: 'operator' } });
    const mine = await make(await signIn(world));
    const ours = await openTenant(world, { actor: { kind: 'operator' } });
    const taken = approveBinding({ ctx: ours, system, input: { projectId: mine.projectId } });
    await expect(taken).rejects.toMatchObject({ code: 'conflict' });
  });

  test('is told to where GitHub cannot be asked', async () => {
    const gitlab = { issuer: 'https://gitlab.example' };
    const { db } = await openTenant(world, { tenantId: other.tenantId });
    const project = await make(other);
    await db.updateTable('projects').set(gitlab).where('id', '=', project.projectId).execute();
    expect((await visit(other, `/projects/${project.projectId}/prove`)).status).toBe(422);
    expect((await visit(other, '/projects')).text).toContain('The operator approves it.');
  });
});
