/** What a customer wrote about a run and its jobs, sealed with the run's own key. */
import type { Context } from '../context.ts';
import type { Framework } from '../contract/terms.ts';
import type { DeviceRequest, TestName } from '../farms/port.ts';

export type Plan = {
  name: string;
  branch: string | null;
  title: string | null;
  baseBranch: string | null;
  framework: Framework;
  env: Record<string, string>;
  /** Attempts of failed tests beside the first; absent in runs of before there were any. */
  retries?: number;
};

export type JobDevice = {
  /** Name of the farm connection. */
  farm: string;
  device: DeviceRequest;
  label: string;
};

const PLAN = 'runs.sealed_plan';

async function sealJson(ctx: Context, runId: string, context: string, value: unknown): Promise<Buffer> {
  return ctx.keys.seal(runId, context, JSON.stringify(value));
}

async function openJson<T>(ctx: Context, runId: string, context: string, sealed: Uint8Array): Promise<T> {
  return JSON.parse((await ctx.keys.open(runId, context, sealed)).toString('utf8')) as T;
}

export const sealPlan = (ctx: Context, runId: string, plan: Plan): Promise<Buffer> => sealJson(ctx, runId, PLAN, plan);
export const openPlan = (ctx: Context, runId: string, sealed: Uint8Array): Promise<Plan> =>
  openJson(ctx, runId, PLAN, sealed);

export const sealDevice = (ctx: Context, runId: string, jobId: string, device: JobDevice): Promise<Buffer> =>
  sealJson(ctx, runId, `jobs.sealed_device|${jobId}`, device);
export const openDevice = (ctx: Context, runId: string, jobId: string, sealed: Uint8Array): Promise<JobDevice> =>
  openJson(ctx, runId, `jobs.sealed_device|${jobId}`, sealed);

export const sealConsoleUrl = (ctx: Context, runId: string, jobId: string, url: string): Promise<Buffer> =>
  ctx.keys.seal(runId, `jobs.sealed_console_url|${jobId}`, url);
export const openConsoleUrl = async (ctx: Context, runId: string, jobId: string, sealed: Uint8Array): Promise<string> =>
  (await ctx.keys.open(runId, `jobs.sealed_console_url|${jobId}`, sealed)).toString('utf8');

/** Which tests a job runs: only these, or all but these. */
export type Selection = { only: TestName[] | null; except: TestName[] };

export const sealSelection = (ctx: Context, runId: string, jobId: string, selection: Selection): Promise<Buffer> =>
  sealJson(ctx, runId, `jobs.sealed_selection|${jobId}`, selection);
export const openSelection = (ctx: Context, runId: string, jobId: string, sealed: Uint8Array): Promise<Selection> =>
  openJson(ctx, runId, `jobs.sealed_selection|${jobId}`, sealed);

export const openReason = async (ctx: Context, runId: string, jobId: string, sealed: Uint8Array): Promise<string> =>
  (await ctx.keys.open(runId, `jobs.sealed_reason|${jobId}`, sealed)).toString('utf8');
