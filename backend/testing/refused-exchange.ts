/** What every refused exchange of an identity token must look like, and what it may not leave. */
import { expect } from '@jest/globals';
import type { JobAnswer } from './ci-job.ts';
import { openTenant, readAudit, readKept } from './kept.ts';
import type { World } from './world.ts';

/** `log`: where the refusal is told of; the tenant's, once the token's signature held. */
export type Refusal = { code: string; detail?: RegExp; log: 'tenant' | 'control' };

/** Expects a refusal that leaves nothing but one entry in a log, without the token. */
export async function expectRefusedExchange(
  world: World,
  ask: () => Promise<JobAnswer>,
  refusal: Refusal,
): Promise<void> {
  const [kept, denials] = [await readKept(world), await countDenials(world)];
  const answer = await ask();
  expect(answer.json).toMatchObject({ code: refusal.code, requestId: expect.any(String) });
  expect((answer.json as { detail: string }).detail).toMatch(refusal.detail ?? /./);
  expect(answer.text).not.toMatch(/eyJ|dl_/);
  expect(await readKept(world)).toEqual(kept);
  const after = await countDenials(world);
  if (refusal.log === 'tenant') expect(after).toEqual({ ...denials, tenant: denials.tenant + 1 });
  // Above the tenants the same refusal is told of once in ten minutes.
  else
    expect([after.tenant, [1, denials.control, denials.control + 1]]).toEqual([
      denials.tenant,
      expect.arrayContaining([after.control]),
    ]);
}

async function countDenials(world: World): Promise<Record<Refusal['log'], number>> {
  const isDenial = (entry: { code: string; outcome: string }): boolean =>
    entry.code === 'token.refused' && entry.outcome === 'denied';
  const tenant = await readAudit(await openTenant(world));
  const control = await world.backend.doors.databases.control.selectFrom('audit_entries').selectAll().execute();
  return { tenant: tenant.filter(isDenial).length, control: control.filter(isDenial).length };
}
