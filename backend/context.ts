/**
 * What a room's verb is given: who asks, in which tenant, and the doors already bound to that tenant.
 *
 * A context is made only from an authenticated credential or a task of the queue, so a verb cannot reach another tenant.
 */
import type { Logger } from 'pino';
import type { AttestationVerifier } from './attestations/port.ts';
import type { CodeHosts } from './codehosts/port.ts';
import type { Operation } from './contract/oauth.ts';
import type { TaskName, Tasks } from './contract/tasks.ts';
import type { ControlDb, Tenant, TenantDb, TenantTransaction } from './db/port.ts';
import type { FarmDirectory } from './farms/port.ts';
import type { TenantKeys } from './keys/port.ts';
import type { SecretVault } from './vaults/port.ts';
import type { OutgoingWebhooks } from './webhooks/port.ts';

/** Who asks. */
export type Actor =
  | {
      kind: 'capability';
      id: string;
      projectId: string;
      /** A run handle's run. */
      runId: string | null;
      operations: readonly Operation[];
      /** The CI job that was trusted; null for an API token. */
      ci: { runId: string; attempt: number } | null;
    }
  | { kind: 'person'; id: string; role: 'admin' | 'member' }
  /** A task of the queue. */
  | { kind: 'worker' }
  /** The operator, on the server itself. */
  | { kind: 'operator' };

/** A transaction in the tenant's database: rows, tasks and audit entries stand or fall together. */
export type Write = {
  tx: TenantTransaction;
  /** Hands work to another room, after the commit. */
  enqueue<T extends TaskName>(task: T, payload: Tasks[T], options?: { after?: Date }): Promise<void>;
};

/** A blob that was opened. */
export type SealedBlob = {
  /** Bytes of plaintext, as far as the store tells; whether the blob was cut short shows when its end is read. */
  size: number;
  /** @throws RangeError when the range is not inside the blob */
  read(offset: number, length: number): Promise<Buffer>;
  /** The range piece by piece; a piece's memory is used again once the next one is asked for. @throws RangeError as `read` */
  pieces(offset: number, length: number): AsyncIterable<Uint8Array>;
};

/** Sealed blobs of one tenant: bytes go in and come out in the clear, and lie in the store only as ciphertext. */
export interface SealedBlobs {
  /**
   * Seals and writes; nothing remains when the source fails, or when `check` throws, which is told what came before any of it
   * can be seen. `see` is shown each piece on its way, and may not keep its memory. Returns bytes of plaintext.
   */
  write(
    keyId: string,
    name: string,
    source: AsyncIterable<Uint8Array>,
    check?: (came: { size: number; sha256: Buffer }) => void,
    see?: (piece: Uint8Array) => void,
  ): Promise<number>;
  /** Writes several blobs, one after the other, as one under a key that may be another; as `write` otherwise. */
  join(
    from: { keyId: string; names: readonly string[] },
    keyId: string,
    name: string,
    check?: (came: { size: number; sha256: Buffer }) => void,
    see?: (piece: Uint8Array) => void,
  ): Promise<number>;
  /** The whole blob, or a range of the plaintext. @throws RangeError when that is not inside */
  read(keyId: string, name: string, range?: { offset: number; length: number }): AsyncIterable<Uint8Array>;
  /** Bytes at an offset of the plaintext. Who reads several ranges of a blob opens it. */
  readRange(keyId: string, name: string, offset: number, length: number): Promise<Buffer>;
  /** Opens a blob for one piece of work: its key and header are checked here, once for all that is read of it. */
  open(keyId: string, name: string): Promise<SealedBlob>;
  /** Removes for good; absent is success. */
  remove(name: string): Promise<void>;
  /** What lies in the store, known or not. */
  names(): AsyncIterable<{ name: string; modifiedAt: Date }>;
}

export type Context = {
  tenant: Tenant;
  actor: Actor;
  requestId: string;
  db: TenantDb;
  write<T>(work: (write: Write) => Promise<T>): Promise<T>;
  /**
   * Does the work while no other process does anything under the same name; a killed process lets go at once.
   * @returns false, without doing it, when another is at it
   */
  alone(name: string, work: () => Promise<void>): Promise<boolean>;
  keys: TenantKeys;
  blobs: SealedBlobs;
  farms: FarmDirectory;
  codeHosts: CodeHosts;
  attestations: AttestationVerifier;
  /** Where this tenant keeps secrets of its own. */
  vault: SecretVault;
  webhooks: OutgoingWebhooks;
  now(): Date;
  /** The server's URL without a trailing slash. */
  publicUrl: string;
  log: Logger;
};

/** What a verb has that is asked before the tenant is known, or above all tenants. */
export type SystemContext = {
  control: ControlDb;
  requestId: string;
  /** A context in a tenant; null when the route or id names no active tenant. */
  openTenant(by: { route: string } | { id: string }, actor: Actor): Promise<Context | null>;
  now(): Date;
  publicUrl: string;
  log: Logger;
};
