/** Opens the control database, and tenants' databases as they are asked for. */
import { Kysely, PostgresDialect } from 'kysely';
import { Client, type ClientConfig, type Pool, type PoolConfig } from 'pg';
import type { ControlTables } from './control-tables.ts';
import { migrate } from './migrate.ts';
import { openPool } from './pool.ts';
import { type ControlDb, type Databases, type Tenant, type TenantDb, TRANSACTION_TIMEOUT_MS } from './port.ts';
import { createTenantDatabase, migrateTenantDatabase, urlOf } from './tenant-database.ts';
import type { TenantTables } from './tenant-tables.ts';

/** How many tenants' pools stay open in one process; the one unused longest gives way. */
const MAX_TENANT_POOLS = 50;
/** Enough for the tasks at work at once, and for requests beside them. */
const TENANT_POOL_SIZE = 10;

/**
 * Ended by the server, whatever this process does: an open transaction must not outlive its tenant's pending mark. Servers
 * before Postgres 17 bound each statement and pause, but not their sum.
 */
function sessionLimits(serverVersion: number): PoolConfig {
  const total = serverVersion >= 170_000 ? ` -c transaction_timeout=${TRANSACTION_TIMEOUT_MS}` : '';
  return {
    statement_timeout: TRANSACTION_TIMEOUT_MS,
    idle_in_transaction_session_timeout: TRANSACTION_TIMEOUT_MS,
    options: `-c search_path=public${total}`,
  };
}

/** @throws Error when the control database cannot be reached or migrated */
export async function openDatabases(controlUrl: string): Promise<Databases> {
  const client = new Client({ connectionString: controlUrl });
  await client.connect();
  let limits: PoolConfig;
  try {
    const version = await client.query('show server_version_num');
    limits = sessionLimits(Number(version.rows[0].server_version_num));
    await client.query(
      `revoke connect, temporary on database ${client.escapeIdentifier(client.database ?? '')} from public`,
    );
    await migrate(client, 'control');
  } finally {
    await client.end();
  }

  const controlPool = openPool({ connectionString: controlUrl, max: 5, ...limits });
  const control = new Kysely<ControlTables>({ dialect: new PostgresDialect({ pool: controlPool }) }) as ControlDb;
  const tenants = new Map<string, { db: TenantDb; pool: Pool }>();

  function openTenant(tenant: Tenant, password: () => Promise<string>): { db: TenantDb; pool: Pool } {
    const pool = openPool({
      ...loginOf(tenant, controlUrl),
      password,
      max: TENANT_POOL_SIZE,
      ...limits,
    });
    return { db: new Kysely<TenantTables>({ dialect: new PostgresDialect({ pool }) }) as TenantDb, pool };
  }

  return {
    control,
    controlUrl,
    tenant(tenant, password) {
      const opened = tenants.get(tenant.id) ?? openTenant(tenant, password);
      // Re-inserted, so that the map's order is that of use.
      tenants.delete(tenant.id);
      tenants.set(tenant.id, opened);
      if (tenants.size > MAX_TENANT_POOLS) closeLeastUsed(tenants);
      return opened.db;
    },
    createTenantDatabase: (tenant, password) => createTenantDatabase(tenant, password, controlUrl),
    migrateTenant: (tenant) => migrateTenantDatabase(tenant, controlUrl),
    async alone(tenant, password, name, work) {
      const client = new Client({ ...loginOf(tenant, controlUrl), password: await password() });
      // Losing this connection loses the lock; the work's own checks in the database then decide.
      client.on('error', () => {});
      await client.connect();
      try {
        const { rows } = await client.query('select pg_try_advisory_lock(hashtextextended($1, 0)) as held', [name]);
        if (!rows[0].held) return false;
        await work();
        return true;
      } finally {
        await client.end();
      }
    },
    async close() {
      await Promise.all([control.destroy(), ...[...tenants.values()].map(({ db }) => db.destroy())]);
      tenants.clear();
    },
  };
}

function loginOf(tenant: Tenant, controlUrl: string): ClientConfig {
  const url = new URL(urlOf(tenant, controlUrl));
  const sslmode = url.searchParams.get('sslmode');
  return {
    host: url.hostname,
    port: Number(url.port || 5432),
    database: tenant.databaseName,
    user: tenant.loginRole,
    ...(sslmode ? { ssl: sslmode !== 'disable' } : {}),
  };
}

/** Closes the pool unused longest, among those with no connection at work. */
function closeLeastUsed(tenants: Map<string, { db: TenantDb; pool: Pool }>): void {
  for (const [id, { db, pool }] of tenants) {
    if (pool.totalCount === pool.idleCount && pool.waitingCount === 0) {
      tenants.delete(id);
      void db.destroy();
      return;
    }
  }
}
