import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { sql } from 'kysely';
import { Client } from 'pg';
import type { Context } from '../context.ts';
import { DATABASE_SECRET } from '../tenants/create.ts';
import { openTestDoors, type TestDoors } from '../testing/doors.ts';
import { openDatabases } from './databases.ts';
import type { Tenant } from './port.ts';

let doors: TestDoors;
let one: { tenant: Tenant; ctx: Context };
let other: { tenant: Tenant; ctx: Context };
beforeAll(async () => {
  doors = await openTestDoors();
  one = await doors.newTenant();
  other = await doors.newTenant();
});
afterAll(() => doors.stop());

const PERMISSION_DENIED = { code: '42501' };

/** Logs in with a tenant's role and password to any database. */
async function loginAs(tenant: Tenant, database: string, text = 'select 1'): Promise<unknown[]> {
  const url = new URL(doors.doors.databases.controlUrl);
  url.username = tenant.loginRole;
  url.password = await doors.doors.keyring.tenant(tenant.id).secret(DATABASE_SECRET);
  url.pathname = `/${database}`;
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

const controlName = (): string => new URL(doors.doors.databases.controlUrl).pathname.slice(1);

describe('roles', () => {
  const powers = (role: string) =>
    sql<Record<string, boolean>>`
      select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls from pg_roles where rolname = ${role}
    `
      .execute(doors.doors.databases.control)
      .then(({ rows }) => rows[0]);

  test('the backend’s own is no superuser, as on a managed server', async () => {
    const { username } = new URL(doors.doors.databases.controlUrl);
    expect(await powers(username)).toEqual({
      rolsuper: false,
      rolcreatedb: true,
      rolcreaterole: true,
      rolreplication: false,
      rolbypassrls: false,
    });
  });

  test('a tenant’s has no power at all, and becomes nobody else', async () => {
    const none = {
      rolsuper: false,
      rolcreatedb: false,
      rolcreaterole: false,
      rolreplication: false,
      rolbypassrls: false,
    };
    expect(await powers(one.tenant.loginRole)).toEqual(none);
    expect(await powers(`${one.tenant.loginRole}_owner`)).toEqual(none);
    for (const role of [`${one.tenant.loginRole}_owner`, other.tenant.loginRole, 'devicelane', 'postgres']) {
      const become = loginAs(one.tenant, one.tenant.databaseName, `set role "${role}"`);
      await expect(become).rejects.toMatchObject(PERMISSION_DENIED);
    }
  });

  test('an owner cannot log in', async () => {
    const { rows } = await sql`
      select rolcanlogin from pg_roles where rolname = ${`${one.tenant.loginRole}_owner`}
    `.execute(doors.doors.databases.control);
    expect(rows).toEqual([{ rolcanlogin: false }]);
  });
});

describe('a tenant’s login', () => {
  test('opens its own database', async () => {
    expect(await loginAs(one.tenant, one.tenant.databaseName)).toHaveLength(1);
  });

  test.each<[string, () => string]>([
    ['another tenant’s database', () => other.tenant.databaseName],
    ['the control database', controlName],
    ['the database postgres', () => 'postgres'],
    ['a template', () => 'template1'],
  ])('does not open %s', async (_what, database) => {
    await expect(loginAs(one.tenant, database())).rejects.toMatchObject(PERMISSION_DENIED);
  });

  test('is not let in by what everybody may', async () => {
    const databases = [one.tenant.databaseName, other.tenant.databaseName, controlName(), 'postgres', 'template1'];
    const { rows } = await sql<{ datname: string }>`
      select datname from pg_database
      where datname = any(${databases})
        and (has_database_privilege('public', oid, 'connect') or has_database_privilege('public', oid, 'temporary'))
    `.execute(doors.doors.databases.control);
    expect(rows).toEqual([]);
  });
});

describe('the audit log', () => {
  beforeAll(async () => {
    await one.ctx.write(({ tx }) =>
      tx
        .insertInto('audit_entries')
        .values({
          at: new Date(),
          code: 'test.done',
          outcome: 'allowed',
          actor: 'worker',
          object: null,
          request_id: 'test',
          detail: '{}',
        })
        .execute(),
    );
  });

  test.each([
    "update audit_entries set code = 'nothing'",
    'delete from audit_entries',
    'truncate audit_entries',
    'drop table audit_entries',
    'alter table audit_entries disable trigger all',
    'create rule forget as on insert to audit_entries do instead nothing',
    'create table audit_entries_2 ()',
    'update audit_leaves set seq = seq + 1',
    'delete from audit_leaves',
    'truncate audit_leaves',
    "update audit_nodes set hash = ''",
    'delete from audit_nodes',
    "update audit_checkpoints set note = ''",
    'delete from audit_checkpoints',
    'truncate audit_checkpoints',
  ])('F1: cannot be changed by the tenant’s login: %s', async (text) => {
    await expect(loginAs(one.tenant, one.tenant.databaseName, text)).rejects.toMatchObject(PERMISSION_DENIED);
    const entries = await one.ctx.db.selectFrom('audit_entries').select('code').execute();
    expect(entries).toEqual([{ code: 'test.done' }]);
  });

  test('has numbers that nobody chooses', async () => {
    const text = `insert into audit_entries (id, at, code, outcome, actor, request_id, detail)
      values (1, now(), 'x', 'allowed', 'x', 'x', '{}')`;
    await expect(loginAs(one.tenant, one.tenant.databaseName, text)).rejects.toMatchObject({ code: '428C9' });
  });
});

describe('migrations', () => {
  const change = (text: string): Promise<unknown> => sql.raw(text).execute(doors.doors.databases.control);
  const open = async (): Promise<void> => {
    const databases = await openDatabases(doors.doors.databases.controlUrl);
    await databases.close();
  };

  test('that were applied are frozen: a file that was changed is refused', async () => {
    await change("update migrations set digest = reverse(digest) where name = '0001-start.sql'");
    await expect(open()).rejects.toThrow('control/0001-start.sql is frozen');
    await change("update migrations set digest = reverse(digest) where name = '0001-start.sql'");
    await expect(open()).resolves.toBeUndefined();
  });

  test('of a newer program are refused', async () => {
    await change("insert into migrations (name, digest) values ('9999-later.sql', 'x')");
    await expect(open()).rejects.toThrow('9999-later.sql, which this program does not know');
    await change("delete from migrations where name = '9999-later.sql'");
    await expect(open()).resolves.toBeUndefined();
  });

  test('of a tenant are out of its login’s reach', async () => {
    const read = loginAs(one.tenant, one.tenant.databaseName, 'select * from migrations');
    await expect(read).rejects.toMatchObject(PERMISSION_DENIED);
  });

  test('are applied again without a change', async () => {
    await doors.doors.databases.migrateTenant(one.tenant);
    expect(await loginAs(one.tenant, one.tenant.databaseName, 'select id from audit_entries')).toHaveLength(1);
  });
});
