/** A world whose project tests on the fake farm, with a clock that a test turns, and the means to look behind the run. */
import type { Logger } from 'pino';
import type { Context } from '../context.ts';
import { createFakeFarm } from '../farms/fake/adapter.ts';
import { type Plan, passingPlan, type RunRequest } from '../farms/fake/plan.ts';
import { type FakeFarm, startFakeFarm } from '../farms/fake/service.ts';
import type { FarmFeatures, FarmResults } from '../farms/port.ts';
import type { GithubCheckRun } from './github.ts';
import { startWorld, type World } from './world.ts';

export type FarmWorld = World & {
  farm: FakeFarm;
  now: () => Date;
  /** Lets milliseconds pass for the backend, and not for the farm. */
  turnClock(ms: number): void;
  /** Changes what the adapter hands over of every job from now on. */
  alterResults(alter: (results: FarmResults) => FarmResults): void;
  /** The tenant as the operator sees it. */
  tenantContext(): Promise<Context>;
  /** Codes of the audit log that tell of a thing, oldest first. */
  audit(object: string): Promise<string[]>;
  /** The checks of this name on the pull request's head. */
  checks(name: string): Promise<GithubCheckRun[]>;
  /** The one check of this name, once it is completed. */
  concludedCheck(name: string): Promise<GithubCheckRun>;
};

/** A plan that is over when the farm is asked for the first time. */
export function quickPlan(changes: Partial<Plan> = {}): (request: RunRequest) => Plan {
  return (request) => ({ ...passingPlan(request, 1), queueMs: 0, runMs: 0, ...changes });
}

export async function startFarmWorld(
  options: { start?: FarmFeatures['start']; log?: Logger } = {},
): Promise<FarmWorld> {
  const farm = await startFakeFarm();
  farm.setPlan(quickPlan());
  let turned = 0;
  const now = (): Date => new Date(Date.now() + turned);
  let alter = (results: FarmResults): FarmResults => results;
  const fake = createFakeFarm({ baseUrl: farm.baseUrl, start: options.start ?? 'idempotent', timeoutMs: 2_000 });
  const world = await startWorld({
    now,
    ...(options.log ? { log: options.log } : {}),
    farm: {
      kind: 'fake',
      kinds: {
        fake: () => ({ ...fake, results: async (job, externalId) => alter(await fake.results(job, externalId)) }),
      },
      settings: {},
    },
  });
  const { github, backend, tenant } = world;

  async function tenantContext(): Promise<Context> {
    const ctx = await backend.contexts.open({ id: tenant.tenantId }, { kind: 'operator' }, 'test');
    if (!ctx) throw new Error('the tenant is not active');
    return ctx;
  }
  const checks = async (name: string): Promise<GithubCheckRun[]> =>
    (await github.checks(github.pullRequest.headSha)).filter((check) => check.name === name);

  return {
    ...world,
    farm,
    now,
    turnClock(ms) {
      turned += ms;
    },
    alterResults(next) {
      alter = next;
    },
    tenantContext,
    async audit(object) {
      const { db } = await tenantContext();
      const query = db.selectFrom('audit_entries').select('code').where('object', '=', object).orderBy('id');
      return (await query.execute()).map(({ code }) => code);
    },
    checks,
    async concludedCheck(name) {
      const until = performance.now() + 15_000;
      for (;;) {
        const found = await checks(name);
        const [check] = found;
        if (found.length > 1) throw new Error(`there are ${found.length} checks named ${name}`);
        if (check?.status === 'completed') return check;
        if (performance.now() > until) throw new Error(`the check ${name} is ${check?.status ?? 'absent'}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    },
    async stop() {
      await world.stop();
      await farm.close();
    },
  };
}
