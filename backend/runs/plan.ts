/** Plans a run: which jobs on which farms. What a farm cannot do is refused here, before anything starts. */
import type { Context } from '../context.ts';
import type { StartRun } from '../contract/runs.ts';
import type { Framework } from '../contract/terms.ts';
import { DevicelaneError } from '../errors.ts';
import { type Farm, FarmError } from '../farms/port.ts';
import { requireAccepted } from '../integrations/forgetting.ts';
import { type FarmConnection, findFarmConnections } from '../integrations/read.ts';
import { type ClassTiming, readTimings } from '../results/read-timings.ts';
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
  suite: { nameDigest: Buffer },
): Promise<PlannedRun> {
  const connections = await findFarmConnections(ctx, projectId, request.farms);
  const devices = request.devices.map(parseDevice);
  const farms = connections.map((connection) => ({ connection, farm: openFarm(ctx, connection) }));
  const frameworks = farms.map(({ farm }) => chooseFramework(farm, request.framework, files));
  await requireSecrets(ctx, projectId, request.env);
  for (const [index, { connection, farm }] of farms.entries()) {
    requireAccepted(connection, farm.features, 'farm');
    refuseWhatItCannot(connection.name, farm, request, files, frameworks[index]!);
  }
  const [framework] = frameworks;
  if (!framework || frameworks.some((other) => other !== framework)) {
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
    timings ??= readTimings(ctx, projectId, suite.nameDigest);
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

function openFarm(ctx: Context, connection: FarmConnection): Farm {
  try {
    return ctx.farms.open(connection);
  } catch (error) {
    if (!(error instanceof FarmError)) throw error;
    throw new DevicelaneError(
      'unsupported',
      `The farm connection "${connection.name}" cannot be used: ${error.message}`,
      {
        field: 'farm',
        cause: error,
      },
    );
  }
}

function chooseFramework(farm: Farm, asked: StartRun['framework'], files: RunArtifacts): Framework {
  if (asked !== 'auto') return asked;
  const natural: Framework | undefined =
    files.tests?.kind === 'test_apk'
      ? 'instrumentation'
      : files.tests?.kind === 'xctest_zip'
        ? 'xcuitest'
        : files.tests?.kind === 'maestro_zip'
          ? 'maestro'
          : undefined;
  const first = farm.features.frameworks[0] ?? 'robo';
  return natural && farm.features.frameworks.includes(natural) ? natural : first;
}

function refuseWhatItCannot(
  name: string,
  farm: Farm,
  request: StartRun,
  files: RunArtifacts,
  framework: Framework,
): void {
  const { features } = farm;
  const cannot = (field: string, what: string): DevicelaneError =>
    new DevicelaneError('unsupported', `The farm "${name}" ${what}.`, { field });
  if (request.framework !== 'auto' && !features.frameworks.includes(request.framework)) {
    throw cannot('framework', `does not run ${request.framework}; it runs ${features.frameworks.join(', ')}`);
  }
  const { maxFileSize, maxTimeoutMs } = features.limits;
  for (const field of ['app', 'tests'] as const) {
    const file = files[field];
    if (!file) continue;
    if (!features.artifacts.includes(file.kind)) {
      throw cannot(field, `does not take a file of the kind ${file.kind}; it takes ${features.artifacts.join(', ')}`);
    }
    if (maxFileSize !== null && file.size > maxFileSize) {
      throw cannot(field, `takes files of at most ${maxFileSize} bytes; this one has ${file.size}`);
    }
  }
  if (!features.env && Object.keys(request.env).length > 0) throw cannot('env', 'passes no environment to tests');
  if (request.shards !== 'auto' && request.shards > 1 && features.shards === 'none')
    throw cannot('shards', 'does not shard');
  if (request.retries > 0 && !features.filter && !features.retries) {
    throw cannot('retries', 'cannot try single failed tests again; leave it at 0');
  }
  if (!files.tests && !features.withoutTests.includes(framework)) {
    throw cannot('tests', `runs ${framework} with a file of tests only`);
  }
  if (maxTimeoutMs !== null && request.timeout * 60_000 > maxTimeoutMs) {
    throw cannot('timeout', `lets a job take at most ${Math.floor(maxTimeoutMs / 60_000)} minutes`);
  }
}
