/** The base run of a run, and what failed there: what decides which failures are new. */
import type { Context } from '../context.ts';
import type { TenantTransaction } from '../db/port.ts';
import type { RunRow } from '../runs/change.ts';
import { openDevice } from '../runs/sealed.ts';
import { mergeTries } from './merge-tries.ts';
import { readTries } from './read-tries.ts';
import { finalOutcome } from './test-outcome.ts';
import { failureKey } from './verdict.ts';

/** Verdicts that say what the tests do; a run that broke or was cut short is no base. */
const TELLING = ['passed', 'flaky', 'failed'] as const;

/**
 * The newest telling run of the same check name on the base branch; for a push, of its own branch.
 * @returns null when there is none
 */
export async function findBaseRun(tx: TenantTransaction, run: RunRow): Promise<{ id: string } | null> {
  const branch = run.base_branch_digest ?? run.branch_digest;
  if (!branch) return null;
  const base = await tx
    .selectFrom('runs')
    .select('id')
    .where('project_id', '=', run.project_id)
    .where('branch_digest', '=', branch)
    .where('name_digest', '=', run.name_digest)
    .where('change_number', 'is', null)
    .where('state', '=', 'finished')
    .where('verdict', 'in', TELLING)
    .where('id', '<>', run.id)
    .where('created_at', '<=', run.created_at)
    .orderBy('finished_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return base ?? null;
}

/** Every test of a run's jobs with its attempts in order, by job; what its tries come to stands with the first. */
export async function readAttempts(ctx: Context, tx: TenantTransaction | Context['db'], runId: string) {
  return Promise.all(
    (await readTries(tx, runId)).map(async ({ first, all }) => {
      const { label } = await openDevice(ctx, runId, first.id, first.sealed_device);
      const merged = mergeTries(
        all.map((each) => each.tried),
        (outcome) => outcome,
      );
      const tests = merged.tests.map((test) => ({ ...test, device: label }));
      return { job: first, isFinished: all.every(({ job }) => job.state === 'finished'), ...merged, tests };
    }),
  );
}

/** What the base run failed, as `key@device`. */
export async function readFailures(
  ctx: Context,
  tx: TenantTransaction | Context['db'],
  runId: string,
): Promise<Set<string>> {
  const jobs = await readAttempts(ctx, tx, runId);
  return new Set(
    jobs.flatMap(({ tests }) => tests.filter((test) => finalOutcome(test.attempts) === 'failed').map(failureKey)),
  );
}
