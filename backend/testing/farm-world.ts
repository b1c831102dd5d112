/** A world whose project tests on the fake farm, with a clock that a test turns, and the means to look behind the run. */
import type { Logger } from 'pino';
import type { Context } from '../context.ts';
import { createFakeFarm } from '../farms/fake/adapter.ts';
import { type Plan, passingPlan, type RunRequest } from '../farms/fake/plan.ts';
import { type FakeFarm, startFakeFarm } from '../farms/fake/service.ts';
import { FarmError, type FarmFeatures, type FarmJob, type FarmResults } from '../farms/port.ts';
import { connect } from '../integrations/connect.ts';
import type { GithubCheckRun } from './github.ts';
import { until } from './until.ts';
import { startWorld, type World } from './world.ts';

export type FarmWorld = World & {
  /** The project's default farm, `fake`. */
  farm: FakeFarm;
  /** Connects another fake farm, which a run names. */
  addFarm(name: string, start: FarmFeatures['start'], limits?: Partial<FarmFeatures['limits']>): Promise<FakeFarm>;
  /** Lets milliseconds pass for the backend, and not for the farm. */
  turnClock(ms: number): void;
  /** Changes what the adapter hands over of every job from now on. */
  alterResults(alter: (results: FarmResults) => FarmResults): void;
  /** Has the farm refuse every start with this sentence; null: no more. */
  refuseStarts(because: ((job: FarmJob) => string) | null): void;
  /** The tenant as the operator sees it. */
  tenantContext(): Promise<Context>;
  /** Codes of the audit log that tell of a thing, oldest first. */
  audit(object: string): Promise<string[]>;
  /** The checks of this name on the pull request's head. */
  checks(name: string): Promise<GithubCheckRun[]>;
  /** The one check of this name, once it is completed. */
  concludedCheck(name: string): Promise<GithubCheckRun>;
};

type FakeSettings = { baseUrl: string; start: FarmFeatures['start']; limits?: Partial<FarmFeatures['limits']> };

/** A plan that is over when the farm is asked for the first time. */
export function quickPlan(changes: Partial<Plan> = {}): (request: RunRequest) => Plan {
  return (request) => ({ ...passingPlan(request, 1), queueMs: 0, runMs: 0, ...changes });
}

export async function startFarmWorld(
  options: { start?: FarmFeatures['start']; log?: Logger } = {},
): Promise<FarmWorld> {
  const farms: FakeFarm[] = [];
  async function newFarm(): Promise<FakeFarm> {
    const farm = await startFakeFarm();
    farm.setPlan(quickPlan());
    farms.push(farm);
    return farm;
  }
  const farm = await newFarm();
  let turned = 0;
  const now = (): Date => new Date(Date.now() + turned);
  let alter = (results: FarmResults): FarmResults => results;
  let refuse: ((job: FarmJob) => string) | null = null;
  const world = await startWorld({
    now,
    ...(options.log ? { log: options.log } : {}),
    farm: {
      kind: 'fake',
      kinds: {
        fake: (settings) => {
          const fake = createFakeFarm({ ...(settings as FakeSettings), timeoutMs: 2_000 });
          return {
            ...fake,
            results: async (job, externalId) => alter(await fake.results(job, externalId)),
            async start(job, uploads) {
              if (refuse) throw new FarmError('refused', refuse(job));
              return fake.start(job, uploads);
            },
          };
        },
      },
      settings: { baseUrl: farm.baseUrl, start: options.start ?? 'idempotent' } satisfies FakeSettings,
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
    async addFarm(name, start, limits = {}) {
      const added = await newFarm();
      const settings: FakeSettings = { baseUrl: added.baseUrl, start, limits };
      await connect({ ctx: await tenantContext(), input: { kind: 'fake', name, settings } });
      return added;
    },
    turnClock(ms) {
      turned += ms;
    },
    alterResults(next) {
      alter = next;
    },
    refuseStarts(because) {
      refuse = because;
    },
    tenantContext,
    async audit(object) {
      const { db } = await tenantContext();
      const query = db.selectFrom('audit_entries').select('code').where('object', '=', object).orderBy('id');
      return (await query.execute()).map(({ code }) => code);
    },
    checks,
    async concludedCheck(name) {
      return until(`the check ${name} completed`, async () => {
        const found = await checks(name);
        if (found.length > 1) throw new Error(`there are ${found.length} checks named ${name}`);
        return found.find(({ status }) => status === 'completed');
      });
    },
    async stop() {
      await world.stop();
      await Promise.all(farms.map((each) => each.close()));
    },
  };
}
