/** Reads the jobs of a run with the tries of each, and how their tests ended. */
import type { Context } from '../context.ts';
import type { TestOutcome } from '../contract/terms.ts';
import type { TenantTransaction } from '../db/port.ts';
import type { JobRow } from '../runs/change.ts';
import type { Try } from './merge-tries.ts';

type Tried = { job: JobRow; tried: Try<TestOutcome> };
export type JobTries = { first: JobRow; all: Tried[] };

/** By the position of the jobs, or of the one that is named by its first; the tries of each in their order. */
export async function readTries(
  db: TenantTransaction | Context['db'],
  runId: string,
  options: { only?: string } = {},
): Promise<JobTries[]> {
  const { only = null } = options;
  const jobs = await db
    .selectFrom('jobs')
    .selectAll()
    .where('run_id', '=', runId)
    .$if(only !== null, (query) => query.where((eb) => eb.or([eb('id', '=', only), eb('repeats', '=', only)])))
    .orderBy('position')
    .orderBy('repeat_number')
    .execute();
  const rows = await db
    .selectFrom('test_results')
    .innerJoin('jobs', 'jobs.id', 'test_results.job_id')
    .select(['test_results.job_id', 'test_key', 'attempt', 'test_results.outcome'])
    .where('jobs.run_id', '=', runId)
    .$if(only !== null, (query) =>
      query.where((eb) => eb.or([eb('jobs.id', '=', only), eb('jobs.repeats', '=', only)])),
    )
    .orderBy('attempt')
    .execute();
  const byJob = Map.groupBy(rows, (row) => row.job_id);
  const tried = (job: JobRow): Tried => {
    const byTest = Map.groupBy(byJob.get(job.id) ?? [], (row) => row.test_key.toString('hex'));
    const tests = [...byTest].map(([key, attempts]) => ({ key, attempts: attempts.map(({ outcome }) => outcome) }));
    const { repeat_reason: reason, expected_tests: expected } = job;
    return { job, tried: { reason, outcome: job.outcome ?? 'errored', expected, tests } };
  };
  return jobs
    .filter((job) => job.repeats === null)
    .map((first) => ({ first, all: jobs.filter((job) => job.id === first.id || job.repeats === first.id).map(tried) }));
}
