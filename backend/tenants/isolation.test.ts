import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { Client } from 'pg';
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { connect } from '../integrations/connect.ts';
import { setUp } from '../ops/setup.ts';
import { openTenant, readAudit, readKept } from '../testing/kept.ts';
import { startWorld, type World } from '../testing/world.ts';
import { DATABASE_SECRET } from './create.ts';
import { createProject } from './create-project.ts';

let world: World;
/** Two tenants of one server. */
let ours: Context;
let theirs: Context;

const otherProject = () => {
  const { id: repositoryId, ownerId, fullName } = world.github.otherRepository;
  return { name: fullName, repository: fullName, issuer: world.oidc.issuer, ownerId, repositoryId };
};
const tenants = () => world.backend.doors.databases.control.selectFrom('tenants').select('id').execute();

beforeAll(async () => {
  world = await startWorld();
  const { doors, contexts } = world.backend;
  const other = await setUp(doors, contexts.system('setup'), {
    email: 'admin@example.com',
    region: 'local',
    project: otherProject(),
    installationId: null,
    policy: {},
    farm: null,
  });
  ours = await openTenant(world, { actor: { kind: 'operator' } });
  theirs = await openTenant(world, { tenantId: other.tenantId, actor: { kind: 'operator' } });
});
afterAll(() => world.stop());

async function loginOf(ctx: Context, database: string): Promise<Client> {
  const url = new URL(world.backend.doors.databases.controlUrl);
  return new Client({
    host: url.hostname,
    port: Number(url.port),
    user: ctx.tenant.loginRole,
    password: await ctx.keys.secret(DATABASE_SECRET),
    database,
  });
}

describe("a tenant's login role", () => {
  test('gets into its own database', async () => {
    const client = await loginOf(ours, ours.tenant.databaseName);
    await client.connect();
    await client.end();
  });

  test("gets into no other tenant's, nor the control database", async () => {
    const control = new URL(world.backend.doors.databases.controlUrl).pathname.slice(1);
    for (const database of [theirs.tenant.databaseName, control]) {
      const client = await loginOf(ours, database);
      await expect(client.connect()).rejects.toThrow(/permission denied for database/);
    }
  });

  test.each([
    ['become another role', () => sql`set role ${sql.id(theirs.tenant.loginRole)}`],
    ['become its owner', () => sql`set role ${sql.id(`${ours.tenant.loginRole}_owner`)}`],
    ['make a table', () => sql`create table mine (id int)`],
    ['make a database', () => sql`create database mine`],
    ['drop a table', () => sql`drop table runs`],
    ['read files of the server', () => sql`select pg_read_file('PG_VERSION')`],
    ['run programs', () => sql`copy (select 1) to program 'true'`],
    ['F1: change the audit log', () => sql`update audit_entries set code = 'nothing'`],
    ['F1: delete from the audit log', () => sql`delete from audit_entries`],
    ['F1: empty the audit log', () => sql`truncate audit_entries`],
  ])('may not %s', async (_, query) => {
    const before = (await readAudit(ours)).length;
    await expect(query().execute(ours.db)).rejects.toThrow(/permission denied|must be (owner|member)/);
    expect((await readAudit(ours)).length).toBe(before);
  });
});

describe('what one tenant sealed', () => {
  test('opens with no key of another, in no other place, and not once changed', async () => {
    await ours.keys.createDataKey('art_shared');
    await theirs.keys.createDataKey('art_shared');
    const sealed = await ours.keys.seal('art_shared', 'place', 'ours');
    expect((await ours.keys.open('art_shared', 'place', sealed)).toString()).toBe('ours');
    await expect(theirs.keys.open('art_shared', 'place', sealed)).rejects.toThrow();
    await expect(ours.keys.open('art_shared', 'other place', sealed)).rejects.toThrow();
    const changed = Buffer.from(sealed);
    changed[changed.length - 1]! ^= 1;
    await expect(ours.keys.open('art_shared', 'place', changed)).rejects.toThrow();
  });

  test('B6: has another digest elsewhere, so that equal names do not show', async () => {
    const digest = (ctx: Context) => ctx.keys.digest('email', 'admin@example.com');
    expect((await digest(ours)).equals(await digest(ours))).toBe(true);
    expect((await digest(ours)).equals(await digest(theirs))).toBe(false);
  });
});

describe('a refusal leaves nothing', () => {
  test.each([
    ['whose repository the tenant has', {}, 'conflict'],
    ['whose farm is not connected', { repositoryId: '7711', defaultFarm: 'moonfarm' }, 'unsupported'],
  ])('of a project %s', async (_, changes, code) => {
    const before = await readKept(world);
    const { id: repositoryId, ownerId } = world.github.repository;
    const own = { ...otherProject(), ownerId, repositoryId, defaultFarm: 'inspection' };
    await expect(createProject({ ctx: ours, input: { ...own, ...changes } })).rejects.toMatchObject({ code });
    expect(await readKept(world)).toEqual(before);
  });

  test.each([
    ['a repository that is bound', {}, 'conflict'],
    ['a repository without a number', { repositoryId: 'acme/app' }, 'invalid_request'],
    ['an owner without a number', { ownerId: '' }, 'invalid_request'],
  ])('of setting up %s: no tenant', async (_, changes, code) => {
    const before = await tenants();
    const { doors, contexts } = world.backend;
    const refused = setUp(doors, contexts.system('setup'), {
      email: 'eve@example.com',
      region: 'local',
      project: { ...otherProject(), ...changes },
      installationId: null,
      policy: {},
      farm: null,
    });
    await expect(refused).rejects.toMatchObject({ code });
    expect(await tenants()).toEqual(before);
  });

  test.each([
    ['a name that is taken', { kind: 'inspection', name: 'inspection', settings: {} }, 'conflict'],
    ['a kind that the server has not', { kind: 'moonfarm', name: 'moon', settings: {} }, 'unsupported'],
    ['settings that its farm does not know', { kind: 'inspection', name: 'i2', settings: { x: 1 } }, 'unsupported'],
  ])('of a connection with %s', async (_, input, code) => {
    const before = await readKept(world);
    await expect(connect({ ctx: ours, input })).rejects.toMatchObject({ code });
    expect(await readKept(world)).toEqual(before);
  });

  test('of a connection made twice at once', async () => {
    const before = await readKept(world);
    const input = { kind: 'inspection', name: 'twice', settings: {} };
    const made = await Promise.allSettled([1, 2].map(() => connect({ ctx: ours, input })));
    expect(made.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected']);
    const after = await readKept(world);
    expect(after.keys.length).toBe(before.keys.length + 1);
    expect(after.rows.connections).toBe((before.rows.connections ?? 0) + 1);
  });

  test('of anything that only an admin may', async () => {
    const member = await openTenant(world, { actor: { kind: 'person', id: world.tenant.personId, role: 'member' } });
    const input = { kind: 'inspection', name: 'mine', settings: {} };
    await expect(connect({ ctx: member, input })).rejects.toMatchObject({ code: 'forbidden' });
    const project = { ...otherProject(), repositoryId: '77', defaultFarm: 'inspection' };
    await expect(createProject({ ctx: member, input: project })).rejects.toMatchObject({ code: 'forbidden' });
  });
});

test('an action whose audit entry cannot be written does not happen', async () => {
  const before = await readKept(world);
  const failing = ours.write(async ({ tx }) => {
    await tx.insertInto('retention_rules').values({ category: 'logs', days: 1 }).execute();
    // A detail that the log does not take.
    await appendAudit(ours, tx, { code: 'retention.changed', object: null, detail: { reason: 'a\0b' } });
  });
  await expect(failing).rejects.toThrow();
  expect(await readKept(world)).toEqual(before);
});
