/** The farms that a run asks for, held to what each can do: what one cannot is refused with those that can. */
import type { Context } from '../context.ts';
import type { StartRun } from '../contract/runs.ts';
import type { Framework } from '../contract/terms.ts';
import { DevicelaneError } from '../errors.ts';
import { type Farm, FarmError, type FarmFeatures } from '../farms/port.ts';
import { requireAccepted } from '../integrations/forgetting.ts';
import { type FarmConnection, findFarmConnections, listFarmConnections } from '../integrations/read.ts';
import type { RunArtifacts } from './find-artifacts.ts';

export type ChosenFarm = { connection: FarmConnection; farm: Farm; framework: Framework };
type Cannot = { field: string; what: string };

/** Names in one sentence. */
const MAX_NAMES = 5;

/**
 * @param mayName whether the run may be told of a connection by this name
 * @throws DevicelaneError `unsupported`, naming the input to change
 */
export async function chooseFarms(
  ctx: Context,
  projectId: string,
  request: StartRun,
  files: RunArtifacts,
  mayName: (name: string) => boolean,
): Promise<ChosenFarm[]> {
  const connections = await findFarmConnections(ctx, projectId, request.farms);
  const chosen = connections.map((connection) => {
    const farm = openFarm(ctx, connection);
    return { connection, farm, framework: chooseFramework(farm, request.framework, files) };
  });
  for (const { connection, farm, framework } of chosen) {
    requireAccepted(connection, farm.features, 'farm');
    const cannot = whatItCannot(farm.features, request, files, framework);
    if (!cannot) continue;
    const others = (await listFarmConnections(ctx)).filter(({ name }) => name !== connection.name && mayName(name));
    const able = others.filter((other) => canRun(ctx, other, request, files)).map(({ name }) => `"${name}"`);
    const names = able.slice(0, MAX_NAMES).join(', ');
    const hint = able.length > 0 ? ` ${names} can.` : '';
    throw new DevicelaneError('unsupported', `The farm "${connection.name}" ${cannot.what}.${hint}`, {
      field: cannot.field,
    });
  }
  return chosen;
}

function openFarm(ctx: Context, connection: FarmConnection): Farm {
  try {
    return ctx.farms.open(connection);
  } catch (error) {
    if (!(error instanceof FarmError)) throw error;
    throw new DevicelaneError(
      'unsupported',
      `The farm connection "${connection.name}" cannot be used: ${error.message}`,
      { field: 'farm', cause: error },
    );
  }
}

function canRun(ctx: Context, connection: FarmConnection, request: StartRun, files: RunArtifacts): boolean {
  try {
    const farm = openFarm(ctx, connection);
    requireAccepted(connection, farm.features, 'farm');
    return !whatItCannot(farm.features, request, files, chooseFramework(farm, request.framework, files));
  } catch (error) {
    if (error instanceof DevicelaneError) return false;
    throw error;
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

function whatItCannot(
  features: FarmFeatures,
  request: StartRun,
  files: RunArtifacts,
  framework: Framework,
): Cannot | null {
  const { maxFileSize, maxTimeoutMs, maxShards } = features.limits;
  if (request.framework !== 'auto' && !features.frameworks.includes(request.framework)) {
    return {
      field: 'framework',
      what: `does not run ${request.framework}; it runs ${features.frameworks.join(', ')}`,
    };
  }
  for (const field of ['app', 'tests'] as const) {
    const file = files[field];
    if (file && !features.artifacts.includes(file.kind)) {
      const taken = features.artifacts.join(', ');
      return { field, what: `does not take a file of the kind ${file.kind}; it takes ${taken}` };
    }
    if (file && maxFileSize !== null && file.size > maxFileSize) {
      return { field, what: `takes files of at most ${maxFileSize} bytes; this one has ${file.size}` };
    }
  }
  if (!features.env.includes(framework) && Object.keys(request.env).length > 0) {
    return { field: 'env', what: `passes no environment to ${framework}` };
  }
  if (request.shards !== 'auto' && request.shards > 1 && !features.sharded.includes(framework)) {
    return { field: 'shards', what: `does not shard ${framework}` };
  }
  if (request.shards !== 'auto' && maxShards !== null && request.shards > maxShards) {
    return { field: 'shards', what: `makes at most ${maxShards} shards` };
  }
  if (request.retries > 0 && !features.filter.includes(framework) && !features.retries) {
    return { field: 'retries', what: `cannot try single failed tests of ${framework} again; leave it at 0` };
  }
  if (!files.tests && !features.withoutTests.includes(framework)) {
    return { field: 'tests', what: `runs ${framework} with a file of tests only` };
  }
  if (maxTimeoutMs !== null && request.timeout * 60_000 > maxTimeoutMs) {
    return { field: 'timeout', what: `lets a job take at most ${Math.floor(maxTimeoutMs / 60_000)} minutes` };
  }
  return null;
}
