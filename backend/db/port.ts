/** The databases, as types that only this door makes: a tenant's tables cannot be asked through another handle. */
import type { Kysely, Transaction } from 'kysely';
import type { ControlTables } from './control-tables.ts';
import type { TenantTables } from './tenant-tables.ts';

declare const brand: unique symbol;

/** The control database: routing, and nothing that a customer wrote. */
export type ControlDb = Kysely<ControlTables> & { readonly [brand]: 'control' };

/** One tenant's database, as its login role. Made only for an authenticated context. */
export type TenantDb = Kysely<TenantTables> & { readonly [brand]: 'tenant' };

/** A transaction in one tenant's database. */
export type TenantTransaction = Transaction<TenantTables> & { readonly [brand]?: 'transaction' };

/** A tenant's row in the control database. */
export type Tenant = {
  id: string;
  route: string;
  databaseName: string;
  databaseUrl: string | null;
  loginRole: string;
  container: string;
};

export interface Databases {
  readonly control: ControlDb;
  /** Where the queue keeps its tables: in the control database. */
  readonly controlUrl: string;
  /** The tenant's database with a small pool that closes when idle. `password` is asked for when a connection opens. */
  tenant(tenant: Tenant, password: () => Promise<string>): TenantDb;
  /** Makes the roles and the database of a tenant; what is there already is left as it is. */
  createTenantDatabase(tenant: Tenant, password: string): Promise<void>;
  /** Brings a tenant's tables up to date. */
  migrateTenant(tenant: Tenant): Promise<void>;
  /**
   * Holds a lock of this name in the tenant's database through the work; the server lets go when this process dies.
   * @returns false, without doing the work, when another holds it
   */
  alone(tenant: Tenant, password: () => Promise<string>, name: string, work: () => Promise<void>): Promise<boolean>;
  close(): Promise<void>;
}

/** Milliseconds that a transaction may take before the server ends it. */
export const TRANSACTION_TIMEOUT_MS = 15_000;
