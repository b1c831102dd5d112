/** The link to a job's page at its farm. */
import type { Context } from '../context.ts';
import type { JobRow } from './change.ts';
import { openConsoleUrl } from './sealed.ts';

/** Null where the farm gave none, and where what it gave is no https link. */
export async function consoleUrlOf(ctx: Context, job: JobRow): Promise<string | null> {
  if (!job.sealed_console_url) return null;
  const url = await openConsoleUrl(ctx, job.run_id, job.id, job.sealed_console_url);
  return /^https:\/\//.test(url) ? url : null;
}
