/**
 * A small device farm that works, over HTTP on the loopback address: uploads, runs, results, stop, delete, and faults on demand.
 *
 * It counts every start and every run that is alive, so that a test can say "one start" whatever happened to the caller.
 */
import { createFaults, type Faults } from '../testing/faults.ts';
import { listen } from '../testing/listen.ts';
import { type Plan, passingPlan, type RunRequest } from './plan.ts';
import { type FarmState, farmRoutes } from './routes.ts';
import { type FakeRun, statusOf } from './runs.ts';

export type FakeFarm = {
  baseUrl: string;
  faults: Faults;
  /** Replaces what the devices will do in runs that start from now on. */
  setPlan(plan: (request: RunRequest) => Plan): void;
  /** Lets milliseconds pass on the farm's clock; whoever waits for the end of a run is told. */
  advance(ms: number): void;
  /** How many runs were ever started, of a name or of all. */
  starts(name?: string): number;
  /** Runs that use a device or wait for one: what is billed. */
  liveRuns(): number;
  /** How many files arrived whole, the same one each time. */
  arrivals(): number;
  /** Runs and uploads that the farm still keeps. */
  kept(): { runs: number; uploads: number };
  close(): Promise<void>;
};

/** Nobody waits for the answer, and none is tried again: as farms do. */
function tell(run: FakeRun, now: number): void {
  const { callback } = run.request;
  if (callback === null || run.isTold || statusOf(run, now).state !== 'ended') return;
  run.isTold = true;
  void fetch(callback, { method: 'POST', body: JSON.stringify({ run: run.id, status: 'passed' }) }).catch(
    () => undefined,
  );
}

/** @param options.clock milliseconds; without it time passes by `advance` alone */
export async function startFakeFarm(options: { clock?: () => number; seed?: number } = {}): Promise<FakeFarm> {
  const clock = options.clock ?? (() => 0);
  let advanced = 0;
  let plan = (request: RunRequest) => passingPlan(request, options.seed ?? 1);
  const faults = createFaults();
  const state: FarmState = {
    uploads: new Map(),
    arrivals: 0,
    runs: new Map(),
    starts: [],
    idempotencyKeys: new Map(),
    now: () => clock() + advanced,
    plan: (request) => plan(request),
  };
  const { baseUrl, close } = await listen(farmRoutes(state, faults));

  return {
    baseUrl,
    faults,
    setPlan(next) {
      plan = next;
    },
    advance(ms) {
      advanced += ms;
      for (const run of state.runs.values()) tell(run, state.now());
    },
    starts: (name) => state.starts.filter((started) => name === undefined || started === name).length,
    liveRuns: () => [...state.runs.values()].filter((run) => statusOf(run, state.now()).state !== 'ended').length,
    arrivals: () => state.arrivals,
    kept: () => ({ runs: state.runs.size, uploads: state.uploads.size }),
    close,
  };
}
