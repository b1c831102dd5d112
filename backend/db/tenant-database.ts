/**
 * A tenant's roles and database. The owner cannot log in and owns the tables; the login role may use them, and may only
 * add to the audit log. Nobody else may connect.
 */
import { Client, escapeIdentifier, escapeLiteral } from 'pg';
import { migrate } from './migrate.ts';
import type { Tenant } from './port.ts';

/** The server's address with another database in it. */
export function urlOf(tenant: Tenant, controlUrl: string): string {
  const url = new URL(tenant.databaseUrl ?? controlUrl);
  url.pathname = `/${tenant.databaseName}`;
  return url.href;
}

const ONLY_ADDED_TO = 'audit_entries, audit_leaves, audit_nodes, audit_checkpoints';

const ownerOf = (tenant: Tenant): string => `${tenant.loginRole}_owner`;

async function withClient<T>(connectionString: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function exists(client: Client, catalog: 'pg_roles' | 'pg_database', name: string): Promise<boolean> {
  const column = catalog === 'pg_roles' ? 'rolname' : 'datname';
  const { rowCount } = await client.query(`select 1 from ${catalog} where ${column} = $1`, [name]);
  return rowCount === 1;
}

/** Makes what is missing, so that a kill in between is mended by calling it again. */
export async function createTenantDatabase(tenant: Tenant, password: string, controlUrl: string): Promise<void> {
  const login = escapeIdentifier(tenant.loginRole);
  const owner = escapeIdentifier(ownerOf(tenant));
  const database = escapeIdentifier(tenant.databaseName);
  await withClient(tenant.databaseUrl ?? controlUrl, async (client) => {
    if (!(await exists(client, 'pg_roles', ownerOf(tenant)))) await client.query(`create role ${owner} nologin`);
    if (!(await exists(client, 'pg_roles', tenant.loginRole))) await client.query(`create role ${login} login`);
    await client.query(`alter role ${login} connection limit 60 password ${escapeLiteral(password)}`);
    await client.query(`grant ${owner} to current_user with set true, inherit true`);
    if (!(await exists(client, 'pg_database', tenant.databaseName))) {
      await client.query(`create database ${database} owner ${owner} template template0`);
    }
    await client.query(`revoke all on database ${database} from public`);
    await client.query(`grant connect on database ${database} to ${login}`);
  });
  await migrateTenantDatabase(tenant, controlUrl);
}

export async function migrateTenantDatabase(tenant: Tenant, controlUrl: string): Promise<void> {
  const login = escapeIdentifier(tenant.loginRole);
  await withClient(urlOf(tenant, controlUrl), async (client) => {
    await client.query(`set role ${escapeIdentifier(ownerOf(tenant))}`);
    await migrate(client, 'tenant');
    // Each time, so that a kill between the tables and their grants is mended at the next start.
    await client.query('revoke all on schema public from public');
    await client.query(`grant usage on schema public to ${login}`);
    await client.query(`grant select, insert, update, delete on all tables in schema public to ${login}`);
    await client.query(`revoke update, delete on ${ONLY_ADDED_TO} from ${login}`);
    await client.query(`revoke all on migrations from ${login}`);
  });
}
