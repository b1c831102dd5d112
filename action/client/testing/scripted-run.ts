/** A run whose course is written down beforehand: each reading of it lets one more event happen. */
import { newId } from '../../../backend/contract/ids.ts';
import type { Counts, JobView, RunChange, RunView, StartRunInput } from '../../../backend/contract/runs.ts';
import { type Verdict, verdictRow } from '../../../backend/contract/verdicts.ts';

export type Script = {
  verdict: Verdict;
  counts: Counts;
  devices: string[];
  /** It goes on until somebody cancels it. */
  endless?: boolean;
  title?: string;
};

export const PASSING: Script = {
  verdict: 'passed',
  counts: { total: 3, passed: 3, failed: 0, newFailures: 0, flaky: 0, skipped: 0 },
  devices: ['Pixel 8 @ 34'],
};

export const FAILING: Script = {
  verdict: 'failed',
  counts: { total: 3, passed: 1, failed: 1, newFailures: 1, flaky: 1, skipped: 0 },
  devices: ['Pixel 8 @ 34', 'Galaxy S23 @ 33'],
};

const AT = '2026-01-01T00:00:00.000Z';

export class ScriptedRun {
  readonly id: string;
  readonly request: StartRunInput;
  readonly events: RunChange[] = [];
  /** Events that have happened. */
  happened = 0;
  cancelledBy: 'key' | 'handle' | null = null;
  #script: Script;
  #jobs: JobView[];
  #url: string;

  constructor(route: string, url: string, request: StartRunInput, script: Script) {
    this.id = newId('run', route);
    this.request = request;
    this.#script = script;
    this.#url = url;
    this.#jobs = script.devices.map((device) => ({
      jobId: newId('job', route),
      farm: 'local',
      device,
      shard: { index: 1, count: 1 },
      state: 'planned',
      verdict: null,
      counts: null,
      reason: null,
      tries: 1,
      consoleUrl: null,
    }));
    for (const state of ['queued', 'running'] as const) {
      for (const job of this.#jobs) this.events.push(change('running', null, { ...job, state }));
    }
    if (!script.endless) this.#end(script.verdict);
  }

  get finished(): boolean {
    return this.happened === this.events.length && this.events.at(-1)?.state === 'finished';
  }

  /** Lets one more event happen. */
  step(): void {
    this.happened = Math.min(this.events.length, this.happened + 1);
  }

  cancel(by: 'key' | 'handle'): void {
    this.cancelledBy = by;
    this.events.length = this.happened;
    this.#script = { ...this.#script, verdict: 'cancelled' };
    this.#end('cancelled');
    this.happened = this.events.length;
  }

  view(): RunView {
    const { verdict, counts, title } = this.#script;
    const failOn = this.request.failOn ?? 'new';
    const jobs = this.#jobs.map((job) => {
      const last = this.events.slice(0, this.happened).findLast((event) => event.job?.jobId === job.jobId)?.job;
      return last ? { ...job, ...last, counts: last.verdict && counts } : job;
    });
    return {
      runId: this.id,
      name: this.request.name ?? 'Devicelane',
      state: this.finished ? 'finished' : 'running',
      verdict: this.finished ? verdict : null,
      exitCode: this.finished ? verdictRow(verdict, counts.newFailures).exitCode[failOn] : null,
      title: title ?? (this.finished ? `It ended: ${verdict}` : 'It runs'),
      attention: null,
      failOn,
      commit: { sha: this.request.commit.sha, branch: null, title: null },
      changeRequest: null,
      counts: this.finished ? counts : null,
      deviceMinutes: 1.5,
      jobs,
      artifacts: [...this.request.artifacts],
      reportUrl: `${this.#url}/runs/${this.id}`,
      createdAt: AT,
      finishedAt: this.finished ? AT : null,
    };
  }

  #end(verdict: Verdict): void {
    for (const job of this.#jobs) this.events.push(change('running', null, { ...job, state: 'finished', verdict }));
    this.events.push(change('finished', verdict, null));
  }
}

function change(state: RunChange['state'], verdict: Verdict | null, job: JobView | null): RunChange {
  const { jobId, farm, device } = job ?? { jobId: '', farm: '', device: '' };
  return { state, verdict, job: job && { jobId, farm, device, state: job.state, verdict: job.verdict }, at: AT };
}
