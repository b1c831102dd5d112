/** Does one task of the queue, in the tenant that it names. */
import type { SystemContext } from '../context.ts';
import type { TaskMessage } from '../contract/tasks.ts';
import { TASKS } from './tasks.ts';

/** @throws what the verb throws, so that the queue tries again */
export async function work(system: SystemContext, message: TaskMessage): Promise<void> {
  const ctx = await system.openTenant({ id: message.tenantId }, { kind: 'worker' });
  if (!ctx) {
    // Suspended or erased since: its tasks are nobody's.
    system.log.warn({ task: message.task }, 'task of a tenant that is not active');
    return;
  }
  const task = TASKS[message.task] as ((call: { ctx: typeof ctx; input: unknown }) => Promise<unknown>) | undefined;
  if (!task) throw new Error(`there is no task ${message.task}`);
  await task({ ctx, input: message.payload });
}
