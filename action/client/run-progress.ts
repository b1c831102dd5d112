/** Says in the log how a run goes on: who changed and how many are done, in one line, at most one a second. */
import type { JobView, RunChange, RunView } from '../../backend/contract/runs.ts';
import type { Environment } from './environment.ts';
import { newTicker } from './ticker.ts';

type Job = Pick<JobView, 'jobId' | 'farm' | 'device' | 'state' | 'verdict'>;

export type RunProgress = {
  show(run: RunView): void;
  change(change: RunChange): void;
  /** Says what came too soon after the last line, once a second has passed. */
  catchUp(): void;
};

/** So many jobs are named in one line; the rest is counted. */
const NAMED = 4;

export function newRunProgress(environment: Pick<Environment, 'clock' | 'log'>): RunProgress {
  const ticker = newTicker(environment);
  const jobs = new Map<string, Job>();
  const unsaid = new Set<string>();
  let attention: string | null = null;

  const update = (job: Job) => {
    if (jobs.get(job.jobId)?.state !== job.state) unsaid.add(job.jobId);
    jobs.set(job.jobId, job);
  };
  const text = () => {
    const changed = [...unsaid].flatMap((id) => jobs.get(id) ?? []);
    unsaid.clear();
    return line(changed, [...jobs.values()]);
  };
  const say = () => {
    if (unsaid.size > 0) ticker.say(text);
  };

  return {
    show(run) {
      run.jobs.forEach(update);
      if (run.attention !== attention && run.attention === 'stale') {
        environment.log.warning('The farm has not answered for a while; the run goes on.');
      }
      attention = run.attention;
      // The last word is said however soon it comes.
      if (run.state === 'finished' && unsaid.size > 0) environment.log.line(text());
      else say();
    },
    change({ job }) {
      if (job) update(job);
      say();
    },
    catchUp: say,
  };
}

function line(changed: Job[], all: Job[]): string {
  const named = changed.slice(0, NAMED).map((job) => `${job.device} on ${job.farm}: ${job.verdict ?? job.state}`);
  if (changed.length > NAMED) named.push(`${changed.length - NAMED} more`);
  const finished = all.filter(({ state }) => state === 'finished').length;
  return `[${finished} of ${all.length} jobs finished] ${named.join('; ')}`;
}
