/** Does a finished run again, on the same files: all of it, or only the jobs that did not pass. */
import type { Context } from '../context.ts';
import type { RerunRun, RunView } from '../contract/runs.ts';
import { requireOperation } from '../tokens/permissions.ts';
import { findRun, readRunView } from './read.ts';
import { repeatRun } from './repeat-run.ts';

/**
 * Asked again, it gives the same run: to do that one again is to re-run that one.
 * @throws DevicelaneError `not_found`, `conflict`, `gone`, `unsupported`, `run_differs`
 */
export async function rerunRun({
  ctx,
  input,
}: {
  ctx: Context;
  input: RerunRun & { runId: string };
}): Promise<RunView> {
  requireOperation(ctx, 'run:create');
  const run = await findRun(ctx, input.runId);
  return readRunView(ctx, await repeatRun(ctx, run, input.only));
}
