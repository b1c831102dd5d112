/** Gives a job to its farm again, as another try of it, and to be counted as no other job. */
import type { Context, Write } from '../context.ts';
import { newId } from '../contract/ids.ts';
import { wantAccount } from './account.ts';
import type { JobRow, RunRow } from './change.ts';
import { openDevice, type Selection, sealDevice, sealSelection } from './sealed.ts';

type Repeat = {
  reason: 'failed_tests' | 'infrastructure';
  /** Counted from 1 among the tries of the first job. */
  number: number;
  selection: Selection | null;
};

/** Nothing where this try stands already. @param first the job that the tries are of */
export async function repeatJob(ctx: Context, write: Write, run: RunRow, first: JobRow, repeat: Repeat): Promise<void> {
  const jobId = newId('job', ctx.tenant.route);
  const device = await openDevice(ctx, run.id, first.id, first.sealed_device);
  const job = await write.tx
    .insertInto('jobs')
    .values({
      id: jobId,
      run_id: run.id,
      position: first.position,
      connection_id: first.connection_id,
      shard_index: first.shard_index,
      shard_count: first.shard_count,
      state: 'planned',
      farm_key: jobId,
      external_id: null,
      outcome: null,
      verdict: null,
      counts: null,
      sealed_device: await sealDevice(ctx, run.id, jobId, device),
      sealed_reason: null,
      expected_tests: null,
      queued_at: null,
      started_at: null,
      last_seen_at: null,
      finished_at: null,
      forgotten_at: null,
      repeats: first.id,
      repeat_number: repeat.number,
      repeat_reason: repeat.reason,
      sealed_selection: repeat.selection && (await sealSelection(ctx, run.id, jobId, repeat.selection)),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
  if (job) await wantAccount(ctx, write, 'admit_at', job.connection_id, ctx.now());
}
