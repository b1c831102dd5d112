/** Gives a job to its farm again, as another try of it, and to be counted as no other job. */
import type { Context, Write } from '../context.ts';
import { wantAccount } from './account.ts';
import type { JobRow, RunRow } from './change.ts';
import { insertJob } from './insert-job.ts';
import { openDevice, type Selection } from './sealed.ts';

type Repeat = {
  reason: 'failed_tests' | 'infrastructure';
  /** Counted from 1 among the tries of the first job. */
  number: number;
  selection: Selection | null;
};

/** Nothing where this try stands already. @param first the job that the tries are of */
export async function repeatJob(ctx: Context, write: Write, run: RunRow, first: JobRow, repeat: Repeat): Promise<void> {
  const { run_id, position, connection_id, shard_index, shard_count } = first;
  const { reason, number, selection } = repeat;
  const isNew = await insertJob(ctx, write, {
    ...{ run_id, position, connection_id, shard_index, shard_count },
    device: await openDevice(ctx, run.id, first.id, first.sealed_device),
    selection,
    repeat: { repeats: first.id, repeat_number: number, repeat_reason: reason },
  });
  if (isNew) await wantAccount(ctx, write, 'admit_at', connection_id, ctx.now());
}
