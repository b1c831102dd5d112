/** Opens tenants: joins the doors of one tenant into the context that its verbs are given. */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { AttestationVerifier } from './attestations/port.ts';
import type { Blobs } from './blobs/port.ts';
import type { CodeHosts } from './codehosts/port.ts';
import type { Actor, Context, SystemContext, Write } from './context.ts';
import { markPending } from './db/outboxes.ts';
import { type Databases, type Tenant, type TenantDb, TRANSACTION_TIMEOUT_MS } from './db/port.ts';
import type { FarmDirectory } from './farms/port.ts';
import type { Keyring } from './keys/port.ts';
import { createSealedBlobs } from './sealed-blobs.ts';
import { DATABASE_SECRET } from './tenants/create.ts';
import type { SecretVault } from './vaults/port.ts';
import type { OutgoingWebhooks } from './webhooks/port.ts';

export type Doors = {
  databases: Databases;
  keyring: Keyring;
  blobs: Blobs;
  /** Of one tenant: programs of this machine are open to some alone. */
  farms(tenantId: string): FarmDirectory;
  codeHosts: CodeHosts;
  attestations: AttestationVerifier;
  /** Of one tenant. */
  vault(tenantId: string): SecretVault;
  webhooks: OutgoingWebhooks;
  now: () => Date;
  publicUrl: string;
  log: Logger;
  /** Told after each commit that may have left a task. */
  onCommit: (tenantId: string) => void;
  onTransaction?: OnTransaction;
};

/** Told within each transaction of a tenant just before its end, and just after. Tests of crashes die here. */
export type OnTransaction = (
  phase: 'before commit' | 'after commit',
  db: Pick<TenantDb, 'selectFrom'>,
) => Promise<void>;

/** A mark this young still covers a transaction that begins now. */
const MARK_CACHE_MS = TRANSACTION_TIMEOUT_MS / 3;

type TenantKey = { route: string } | { id: string };

export function createTenantContexts(doors: Doors) {
  const marked = new Map<string, number>();

  /** Asked each time: a tenant that was suspended is refused at once, by every process. */
  async function findTenant(by: TenantKey): Promise<Tenant | null> {
    const query = doors.databases.control.selectFrom('tenants').selectAll().where('state', '=', 'active');
    const row = await ('route' in by
      ? query.where('route', '=', by.route)
      : query.where('id', '=', by.id)
    ).executeTakeFirst();
    return row
      ? {
          id: row.id,
          route: row.route,
          databaseName: row.database_name,
          databaseUrl: row.database_url,
          loginRole: row.login_role,
          container: row.container,
        }
      : null;
  }

  const passwordOf = (tenant: Tenant) => () => doors.keyring.tenant(tenant.id).secret(DATABASE_SECRET);

  /** The mark stands before the transaction begins, so that no crash can leave a task that nobody looks for. */
  async function mark(tenantId: string): Promise<void> {
    const at = marked.get(tenantId);
    if (at !== undefined && performance.now() - at < MARK_CACHE_MS) return;
    const before = performance.now();
    await markPending(doors.databases.control, tenantId);
    marked.set(tenantId, before);
  }

  function openContext(tenant: Tenant, actor: Actor, requestId: string): Context {
    const db = doors.databases.tenant(tenant, passwordOf(tenant));
    const keys = doors.keyring.tenant(tenant.id);
    const now = doors.now;
    return {
      tenant,
      actor,
      requestId,
      db,
      keys,
      blobs: createSealedBlobs(doors.blobs, tenant.container, keys),
      farms: doors.farms(tenant.id),
      codeHosts: doors.codeHosts,
      attestations: doors.attestations,
      vault: doors.vault(tenant.id),
      webhooks: doors.webhooks,
      now,
      publicUrl: doors.publicUrl,
      log: doors.log.child({ requestId }),
      alone: (name, work) => doors.databases.alone(tenant, passwordOf(tenant), name, work),
      async write(work) {
        await mark(tenant.id);
        let hasTasks = false;
        const result = await db.transaction().execute(async (tx) => {
          const write: Write = {
            tx,
            async enqueue(task, payload, options = {}) {
              hasTasks = true;
              await tx
                .insertInto('outbox')
                .values({
                  id: randomUUID(),
                  task,
                  payload: JSON.stringify(payload),
                  start_after: options.after ?? now(),
                })
                .execute();
            },
          };
          const done = await work(write);
          await doors.onTransaction?.('before commit', tx);
          return done;
        });
        await doors.onTransaction?.('after commit', db);
        if (hasTasks) doors.onCommit(tenant.id);
        return result;
      },
    };
  }

  return {
    /** null when no active tenant is meant. */
    async open(by: TenantKey, actor: Actor, requestId: string): Promise<Context | null> {
      const tenant = await findTenant(by);
      return tenant && openContext(tenant, actor, requestId);
    },
    /** A view above all tenants, for one request or task. */
    system(requestId: string): SystemContext {
      return {
        control: doors.databases.control,
        requestId,
        openTenant: (by, actor) => this.open(by, actor, requestId),
        now: doors.now,
        publicUrl: doors.publicUrl,
        log: doors.log.child({ requestId }),
      };
    },
  };
}

export type TenantContexts = ReturnType<typeof createTenantContexts>;
