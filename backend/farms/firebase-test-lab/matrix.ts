/** A job as the request for a matrix of one device. Source: the discovery document of the Cloud Testing API. */
import { FarmError, type FarmJob, type JobUploads, type TestName } from '../port.ts';
import { addressOf, resultsFolder } from './objects.ts';
import type { FirebaseSettings } from './settings.ts';

type History = { projectId: string; historyId: string };
/** In clientInfo: what a matrix is known by. */
export const JOB_KEY = 'devicelane-job';

/** @throws FarmError `refused` for what the farm cannot do */
export function matrixOf(settings: FirebaseSettings, job: FarmJob, uploads: JobUploads, history: History): object {
  const { model, os, orientation, locale } = job.device;
  if (os === null) {
    throw new FarmError('refused', `Firebase wants a version of "${model}": write the device as "model @ version".`);
  }
  const isIos = job.framework === 'xcuitest';
  const common = { locale: locale ?? 'en', orientation };
  return {
    clientInfo: { name: 'devicelane', clientInfoDetails: [{ key: JOB_KEY, value: job.key }] },
    testSpecification: {
      testTimeout: `${Math.ceil(job.timeoutMs / 1000)}s`,
      ...testOf(settings, job, uploads),
    },
    environmentMatrix: isIos
      ? { iosDeviceList: { iosDevices: [{ iosModelId: model, iosVersionId: os, ...common }] } }
      : { androidDeviceList: { androidDevices: [{ androidModelId: model, androidVersionId: os, ...common }] } },
    resultStorage: {
      googleCloudStorage: { gcsPath: addressOf(settings.bucket, resultsFolder(job.key)) },
      toolResultsHistory: history,
    },
    flakyTestAttempts: job.attempts - 1,
    failFast: false,
  };
}

function testOf(settings: FirebaseSettings, job: FarmJob, { app, tests }: JobUploads): object {
  const environmentVariables = Object.entries(job.env).map(([key, value]) => ({ key, value }));
  const appFile =
    job.app.kind === 'aab' ? { appBundle: { bundleLocation: { gcsPath: app } } } : { appApk: { gcsPath: app } };
  const testSetup = environmentVariables.length > 0 ? { testSetup: { environmentVariables } } : {};
  if (job.framework === 'instrumentation') {
    return {
      ...testSetup,
      androidInstrumentationTest: {
        ...appFile,
        testApk: { gcsPath: tests },
        orchestratorOption: settings.orchestrator ? 'USE_ORCHESTRATOR' : 'DO_NOT_USE_ORCHESTRATOR',
        ...(job.only ? { testTargets: job.only.map(targetOf) } : {}),
        ...(job.shard.count > 1 ? { shardingOption: shardingOf(settings, job.shard.count) } : {}),
      },
    };
  }
  if (job.framework === 'xcuitest') return { iosXcTest: { testsZip: { gcsPath: tests } } };
  if (job.framework === 'robo') return { androidRoboTest: appFile };
  throw new FarmError('refused', `Firebase Test Lab does not run ${job.framework}.`);
}

const targetOf = ({ suite, name }: TestName): string => `class ${name === null ? suite : `${suite}#${name}`}`;

const shardingOf = ({ smartShardSeconds }: FirebaseSettings, numShards: number): object =>
  smartShardSeconds === undefined
    ? { uniformSharding: { numShards } }
    : { smartSharding: { targetedShardDuration: `${smartShardSeconds}s` } };
