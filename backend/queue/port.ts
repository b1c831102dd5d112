/** The queue: at least once, so each task must be safe to run again. */
import type { OutgoingTask, TaskMessage } from '../contract/tasks.ts';

export interface Queue {
  send(tasks: readonly OutgoingTask[]): Promise<void>;
  /** Starts working. A handler that throws is tried again later, ever more slowly. */
  work(handle: (message: TaskMessage) => Promise<void>): Promise<void>;
  /** Stops taking tasks, waits for those at work, and closes. */
  stop(): Promise<void>;
}

/** The outboxes of all tenants, as the relay sees them. */
export interface Outboxes {
  /** Tenants whose outbox may hold something. */
  pendingTenants(): Promise<string[]>;
  /** Moves what is in a tenant's outbox: sent first, then removed. Returns how many. */
  move(tenantId: string, send: (tasks: OutgoingTask[]) => Promise<void>): Promise<number>;
  /** Clears the mark of a tenant whose outbox is empty, if the mark is old enough that no transaction can still add to it. */
  settle(tenantId: string): Promise<void>;
}
