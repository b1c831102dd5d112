/** Suspends a tenant, and lets it go on. Every process asks for the state with each request and task: it holds at once. */
import { appendControlAction } from '../audit/append-control.ts';
import type { SystemContext } from '../context.ts';
import { notFound } from '../errors.ts';

/** By the operator. @throws DevicelaneError `not_found` when there is no such tenant in the other state */
export async function setTenantState({
  system,
  input,
}: {
  system: SystemContext;
  input: { tenantId: string; state: 'active' | 'suspended' };
}): Promise<void> {
  const { tenantId, state } = input;
  if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(tenantId)) throw notFound();
  await system.control.transaction().execute(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('tenants')
      .set({ state })
      .where('id', '=', tenantId)
      .where('state', '=', state === 'active' ? 'suspended' : 'active')
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) throw notFound();
    await appendControlAction(tx, system, { code: `tenant.${state}`, detail: { tenantId } });
  });
}
