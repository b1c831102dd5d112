/** Makes a tenant: keys, roles, database and container of its own. A kill in between is mended by `resumeTenants`. */
import { randomUUID } from 'node:crypto';
import { LOG_SECRET } from '../audit/log-key.ts';
import type { Blobs } from '../blobs/port.ts';
import { newRoute } from '../contract/ids.ts';
import type { ControlDb, Databases, Tenant } from '../db/port.ts';
import type { Keyring } from '../keys/port.ts';

export type TenantDoors = { databases: Databases; keyring: Keyring; blobs: Blobs };

/** The name under which a tenant's keyring keeps its database password. */
export const DATABASE_SECRET = 'database-password';

export async function createTenant(
  doors: TenantDoors,
  input: { region: string; databaseUrl?: string },
): Promise<Tenant> {
  const route = newRoute();
  // Names tell nothing: other tenants can list them.
  const opaque = randomUUID().replaceAll('-', '').slice(0, 20);
  const tenant: Tenant = {
    id: randomUUID(),
    route,
    databaseName: `dl_${opaque}`,
    databaseUrl: input.databaseUrl ?? null,
    loginRole: `dl_${opaque}`,
    container: `t-${opaque}`,
  };
  await doors.databases.control
    .insertInto('tenants')
    .values({
      id: tenant.id,
      route,
      region: input.region,
      database_name: tenant.databaseName,
      database_url: tenant.databaseUrl,
      login_role: tenant.loginRole,
      container: tenant.container,
      state: 'creating',
    })
    .execute();
  await finishTenant(doors, tenant);
  return tenant;
}

/** Makes what is missing of a tenant, and opens it. */
export async function finishTenant({ databases, keyring, blobs }: TenantDoors, tenant: Tenant): Promise<void> {
  await keyring.createTenant(tenant.id);
  const keys = keyring.tenant(tenant.id);
  await keys.secret(LOG_SECRET);
  await databases.createTenantDatabase(tenant, await keys.secret(DATABASE_SECRET));
  await blobs.createContainer(tenant.container);
  await databases.control
    .updateTable('tenants')
    .set({ state: 'active' })
    .where('id', '=', tenant.id)
    .where('state', '=', 'creating')
    .execute();
}

/** At start: finishes tenants whose making was cut short, and brings every tenant's tables up to date. */
export async function resumeTenants(doors: TenantDoors): Promise<void> {
  for (const tenant of await listTenants(doors.databases.control)) {
    if (tenant.state === 'creating') await finishTenant(doors, tenant);
    else await doors.databases.migrateTenant(tenant);
  }
}

/** Every tenant, for the operator and the server's own start. */
export async function listTenants(
  control: ControlDb,
): Promise<(Tenant & { state: 'creating' | 'active' | 'suspended'; region: string })[]> {
  const rows = await control.selectFrom('tenants').selectAll().orderBy('created_at').execute();
  return rows.map((row) => ({
    id: row.id,
    route: row.route,
    databaseName: row.database_name,
    databaseUrl: row.database_url,
    loginRole: row.login_role,
    container: row.container,
    state: row.state,
    region: row.region,
  }));
}
