/** Where audit entries are forwarded to, for whoever watches over several systems. Never what a log is proven by. */
import type { AuditEntry } from '../contract/audit.ts';

/** An entry, and the tenant that it is of. */
export type ForwardedEntry = AuditEntry & { tenant: string };

export interface AuditSink {
  /** Stays the same over restarts: how far each log was forwarded is kept by it. */
  readonly name: string;
  /**
   * Resolves once the entries are kept there, in less than a transaction may take. Entries may come again: their tenant and
   * place tell.
   * @throws Error without anything of the request in it
   */
  send(entries: readonly ForwardedEntry[]): Promise<void>;
}
