/** What a trust policy grants beside operations and bytes: kept with each capability, and asked where it is used. */
import type { Context } from '../context.ts';
import type { TrustPolicy } from '../contract/trust-policies.ts';
import { matchesGlob } from './glob.ts';

export type Grant = Pick<
  TrustPolicy,
  'mode' | 'farms' | 'devices' | 'maxMinutes' | 'maxMinutesPerDay' | 'maxConcurrentRuns'
> & { trustPolicyId: string };

const place = (capabilityId: string): string => `capabilities.sealed_grant|${capabilityId}`;

export function sealGrant(
  ctx: Context,
  projectId: string,
  capabilityId: string,
  trustPolicyId: string,
  policy: TrustPolicy,
): Promise<Buffer> {
  const { mode, farms, devices, maxMinutes, maxMinutesPerDay, maxConcurrentRuns } = policy;
  const grant: Grant = { trustPolicyId, mode, farms, devices, maxMinutes, maxMinutesPerDay, maxConcurrentRuns };
  return ctx.keys.seal(projectId, place(capabilityId), JSON.stringify(grant));
}

/** The grant of a capability; null for an API token, which no policy made. */
export async function openGrant(ctx: Context, capabilityId: string): Promise<Grant | null> {
  const row = await ctx.db
    .selectFrom('capabilities')
    .select(['project_id', 'sealed_grant'])
    .where('id', '=', capabilityId)
    .executeTakeFirstOrThrow();
  if (!row.sealed_grant) return null;
  const opened = await ctx.keys.open(row.project_id, place(capabilityId), row.sealed_grant);
  return JSON.parse(opened.toString('utf8')) as Grant;
}

/** Whether a pattern `model` or `model @ os` takes this device. A pattern that names an os takes no device without one. */
export function takesDevice(pattern: string, device: { model: string; os: string | null }): boolean {
  const [model = '', os] = pattern.split('@').map((part) => part.trim());
  return matchesGlob(model, device.model) && (os === undefined || (device.os !== null && matchesGlob(os, device.os)));
}
