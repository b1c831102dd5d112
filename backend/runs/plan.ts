/** Plans a run: which jobs on which farms. What a farm cannot do is refused here, before anything starts. */
import type { Context } from '../context.ts';
import type { StartRun } from '../contract/runs.ts';
import type { Framework } from '../contract/terms.ts';
import { DevicelaneError } from '../errors.ts';
import { type ClassTiming, readTimings } from '../results/read-timings.ts';
import { chooseFarms } from './choose-farms.ts';
import type { RunArtifacts } from './find-artifacts.ts';
import { deviceLabel, parseDevice } from './parse-device.ts';
import { planShards } from './plan-shards.ts';
import type { JobDevice, Selection } from './sealed.ts';
import { requireSecrets } from './secrets.ts';

export type PlannedJob = JobDevice & {
  connectionId: string;
  shard: { index: number; count: number };
  /** Which tests; null for all of the shard. */
  selection: Selection | null;
};
export type PlannedRun = { framework: Framework; jobs: PlannedJob[] };

const MAX_JOBS = 200;

/** @throws DevicelaneError `unsupported`, `invalid_request`, naming the input to change */
export async function planRun(
  ctx: Context,
  projectId: string,
  request: StartRun,
  files: RunArtifacts,
  { nameDigest, mayName }: { nameDigest: Buffer; mayName: (farm: string) => boolean },
): Promise<PlannedRun> {
  const farms = await chooseFarms(ctx, projectId, request, files, mayName);
  const devices = request.devices.map(parseDevice);
  await requireSecrets(ctx, projectId, request.env);
  const framework = farms[0]?.framework;
  if (!framework || farms.some((other) => other.framework !== framework)) {
    throw new DevicelaneError(
      'unsupported',
      'These farms run different frameworks; name one framework, or start a run for each farm.',
      {
        field: 'framework',
      },
    );
  }
  // Names of all tests are opened for it: only where a farm makes shards of them, and once.
  let timings: Promise<ClassTiming[]> | null = null;
  const readOnce = () => {
    timings ??= readTimings(ctx, projectId, nameDigest);
    return timings;
  };
  const jobs: PlannedJob[] = [];
  for (const { connection, farm } of farms) {
    const shards = await planShards(ctx, farm.features, framework, request, readOnce);
    for (const device of devices.length > 0 ? devices : [farm.defaultDevice]) {
      const label = deviceLabel(device);
      const on = { connectionId: connection.id, farm: connection.name, device, label };
      jobs.push(...shards.map((shard) => ({ ...on, ...shard })));
    }
  }
  if (jobs.length > MAX_JOBS) {
    throw new DevicelaneError('invalid_request', `That makes ${jobs.length} jobs; at most ${MAX_JOBS} are allowed.`, {
      field: 'devices',
    });
  }
  return { framework, jobs };
}
