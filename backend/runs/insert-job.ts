/** Writes a planned job: its first try or a later one. In the caller's transaction. */
import type { Context, Write } from '../context.ts';
import { newId } from '../contract/ids.ts';
import type { JobRow } from './change.ts';
import { type JobDevice, type Selection, sealDevice, sealSelection } from './sealed.ts';

export type NewJob = Pick<JobRow, 'run_id' | 'position' | 'connection_id' | 'shard_index' | 'shard_count'> & {
  device: JobDevice;
  /** Which tests; null for all of the shard. */
  selection: Selection | null;
  /** Of a later try: of which job, the how many-th, and why. */
  repeat: Pick<JobRow, 'repeats' | 'repeat_number' | 'repeat_reason'> | null;
};

/** false: this later try stands already. */
export async function insertJob(ctx: Context, { tx }: Pick<Write, 'tx'>, job: NewJob): Promise<boolean> {
  const { device, selection, repeat, ...row } = job;
  const id = newId('job', ctx.tenant.route);
  const inserted = await tx
    .insertInto('jobs')
    .values({
      ...row,
      ...repeat,
      id,
      state: 'planned',
      farm_key: id,
      external_id: null,
      outcome: null,
      verdict: null,
      counts: null,
      sealed_device: await sealDevice(ctx, job.run_id, id, device),
      sealed_reason: null,
      expected_tests: null,
      queued_at: null,
      started_at: null,
      last_seen_at: null,
      finished_at: null,
      forgotten_at: null,
      sealed_selection: selection && (await sealSelection(ctx, job.run_id, id, selection)),
    })
    .$if(repeat !== null, (query) => query.onConflict((conflict) => conflict.doNothing()))
    .executeTakeFirst();
  return inserted.numInsertedOrUpdatedRows === 1n;
}
