/** Concludes a run whose jobs are all finished: the verdict, once. A task; safe to repeat. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { changeRun, lockRun } from '../runs/change.ts';
import { dropRunSecrets } from '../runs/secrets.ts';
import { requireWorker } from '../tokens/permissions.ts';
import { findBaseRun, readAttempts, readFailures } from './base-run.ts';
import { decideVerdict } from './verdict.ts';

export async function concludeRun({ ctx, input }: { ctx: Context; input: { runId: string } }): Promise<void> {
  requireWorker(ctx);
  await ctx.write(async (write) => {
    const run = await lockRun(write, input.runId);
    if (run.state === 'finished') return;
    const jobs = await readAttempts(ctx, write.tx, run.id);
    if (jobs.some(({ isFinished }) => !isFinished)) return;
    const base = await findBaseRun(write.tx, run);
    const decision = decideVerdict({
      jobs: jobs.map(({ job, outcome, expected, tests }) => ({ jobId: job.id, outcome, expected, tests })),
      base: base && { failures: await readFailures(ctx, write.tx, base.id) },
      failOn: run.fail_on,
    });
    for (const job of decision.jobs) {
      await write.tx
        .updateTable('jobs')
        .set({ verdict: job.verdict, counts: JSON.stringify(job.counts) })
        .where('id', '=', job.jobId)
        .execute();
    }
    await changeRun(ctx, write, run, 'finished', {
      verdict: decision.verdict,
      exit_code: decision.exitCode,
      conclusion: decision.conclusion,
      counts: JSON.stringify(decision.counts),
      base_run_id: base?.id ?? null,
      finished_at: ctx.now(),
      attention: run.attention === 'stale' ? null : run.attention,
    });
    await dropRunSecrets(write, run.id);
    await appendAudit(ctx, write.tx, {
      code: 'run.finished',
      object: run.id,
      detail: { verdict: decision.verdict, failed: decision.counts.failed },
    });
  });
}
