/** Does one task of the queue, in the tenant that it names. */
import { appendControlAudit } from '../audit/append-control.ts';
import type { SystemContext } from '../context.ts';
import { routeOfAnyId } from '../contract/ids.ts';
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
  const foreign = Object.values(message.payload).find(
    (id) => (routeOfAnyId(id) ?? ctx.tenant.route) !== ctx.tenant.route,
  );
  if (foreign !== undefined) {
    // Somebody wrote into the queue past this program. It is kept in the log above the tenants, and done by nobody.
    system.log.error({ task: message.task }, 'task with the id of another tenant');
    const detail = { task: message.task, tenant: message.tenantId };
    await appendControlAudit(system, { code: 'task.refused', outcome: 'denied', detail });
    return;
  }
  const task = TASKS[message.task] as ((call: { ctx: typeof ctx; input: unknown }) => Promise<unknown>) | undefined;
  if (!task) throw new Error(`there is no task ${message.task}`);
  await task({ ctx, input: message.payload });
}
