/** Whoever has the database server: changes a tenant's tables past the product and past the grants of its login. */
import { Client } from 'pg';
import type { Tenant } from '../db/port.ts';
import { urlOf } from '../db/tenant-database.ts';

export async function asDatabaseOwner(controlUrl: string, tenant: Tenant): Promise<Client> {
  const client = new Client({ connectionString: urlOf(tenant, controlUrl) });
  await client.connect();
  await client.query(`set role ${client.escapeIdentifier(`${tenant.loginRole}_owner`)}`);
  return client;
}
