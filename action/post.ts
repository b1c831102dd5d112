/**
 * The post step: a new process that cancels the run when main was killed before it could. It has no key, only a handle
 * that cancels this one run. It never fails the job.
 */
import { log, readUnfinished } from './actions-core.ts';
import { realClock } from './client/clock.ts';
import { bearer } from './client/credential.ts';
import type { Environment } from './client/environment.ts';
import { BrokenError } from './client/errors.ts';
import { Line } from './client/line.ts';
import { revoke } from './client/revoke.ts';
import { cancelRun } from './client/start-run.ts';
import { useProxyOf } from './proxy.ts';

const left = readUnfinished();
if (left) {
  const environment: Environment = {
    fetch,
    getIdToken: () => Promise.reject(new BrokenError('The post step asks for no id token.')),
    log,
    clock: realClock,
    random: Math.random,
    signal: new AbortController().signal,
  };
  try {
    useProxyOf(process.env);
    const wire = { base: left.server, environment, line: new Line() };
    const run = await cancelRun(wire, bearer(left.cancelHandle), left.runId);
    log.line(`The run was left behind, and is cancelled: ${run.title}`);
    // With it ends what main could not give back.
    await revoke(wire, left.cancelHandle);
  } catch (error) {
    log.warning(`The run ${left.runId} was left behind and could not be cancelled: ${(error as Error).message}`);
  }
}
