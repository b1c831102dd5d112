/**
 * The story of a submission: find the files, prove who asks, upload, start the run, follow it, fetch what it leaves.
 *
 * It knows no CI vendor. The shells (`action/main.ts` for GitHub) translate inputs into `Submission` and outcomes into
 * outputs.
 */
import { resolve } from 'node:path';
import type { TestResult } from '../../backend/contract/results.ts';
import type { RunView, StartedRun, StartRunInput } from '../../backend/contract/runs.ts';
import type { BuildFile } from './build-file.ts';
import { bearer, bound, type Credential } from './credential.ts';
import type { Environment } from './environment.ts';
import { CancelledError } from './errors.ts';
import { type Capability, capability } from './exchange.ts';
import { findFile } from './find-files.ts';
import { follow } from './follow.ts';
import { Line } from './line.ts';
import { newProofKey } from './proof-key.ts';
import type { Wire } from './request.ts';
import { readFailures, type Source, writeJunit } from './results.ts';
import { revoke } from './revoke.ts';
import { newRunProgress } from './run-progress.ts';
import { cancelRun, startRun } from './start-run.ts';
import { upload } from './upload.ts';

export type Submission = {
  /** The server's URL without a slash at the end; also the OIDC audience. */
  server: string;
  /** Path or glob of the build, and of what tests it, from `folder`. */
  app: string;
  tests: string | null;
  folder: string;
  /** An API token, where the CI has no OIDC. */
  token: string | null;
  /** Where the JUnit file goes, from `junitFolder`; null for nowhere. */
  junit: string | null;
  junitFolder: string;
  run: Omit<StartRunInput, 'artifacts'>;
};

export type Outcome =
  /** `wait: false`: the run goes on, and the check on the pull request will tell. */
  | { kind: 'started'; started: StartedRun }
  | { kind: 'finished'; started: StartedRun; run: RunView; failures: TestResult[]; junit: string | null };

type Callbacks = {
  /** Called as soon as there is a run that somebody may have to cancel. */
  onStarted(started: StartedRun): void;
};

/**
 * Submits a build and, unless told otherwise, waits for the verdict.
 *
 * @throws UsageError, RefusedError, BrokenError, CancelledError; a run that was started is cancelled before the last one
 */
export async function submit(submission: Submission, environment: Environment, callbacks: Callbacks): Promise<Outcome> {
  const wire: Wire = { base: submission.server, environment, line: new Line() };
  const key = newProofKey();
  const ci: Credential & Partial<Capability> =
    submission.token === null ? capability(wire, key) : bearer(submission.token, 'token');
  const files: BuildFile[] = [];
  try {
    const { app, tests, folder } = submission;
    files.push(await findFile('app', app, folder));
    if (tests !== null) files.push(await findFile('tests', tests, folder));
    const artifacts = await uploadAll(wire, ci, files);
    const started = await startRun(wire, ci, { ...submission.run, artifacts });
    environment.log.mask(started.handle);
    environment.log.mask(started.cancelHandle);
    callbacks.onStarted(started);
    environment.log.line(`Run ${started.runId}: ${started.reportUrl}`);
    const handle = submission.token === null ? bound(started.handle, key) : bearer(started.handle);
    return await waitForIt(submission, wire, handle, started);
  } finally {
    await Promise.all(files.map((file) => file.close()));
    const token = ci.current?.();
    if (token) await revoke(wire, token);
  }
}

async function uploadAll(wire: Wire, ci: Credential, files: BuildFile[]): Promise<StartRunInput['artifacts']> {
  const artifacts: StartRunInput['artifacts'] = [];
  const { log } = wire.environment;
  log.startGroup('Upload');
  try {
    for (const file of files) artifacts.push({ artifactId: await upload(wire, ci, file), role: file.input });
  } finally {
    log.endGroup();
  }
  return artifacts;
}

async function waitForIt(
  submission: Submission,
  wire: Wire,
  handle: Credential,
  started: StartedRun,
): Promise<Outcome> {
  try {
    if (wire.environment.signal.aborted) throw new CancelledError();
    if (submission.run.wait === false) return { kind: 'started', started };
    const following = { wire, credential: handle, runId: started.runId };
    const run = await follow({ ...following, progress: newRunProgress(wire.environment) });
    return { kind: 'finished', started, run, ...(await collect(submission, following, run)) };
  } catch (error) {
    if (!(error instanceof CancelledError)) throw error;
    throw await cancelled(wire, handle, started.runId);
  }
}

/** The verdict stands already: what cannot be fetched any more is said, and changes nothing. */
async function collect(submission: Submission, source: Source, run: RunView) {
  const { log } = source.wire.environment;
  const orWarn = async <T>(what: Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await what;
    } catch (error) {
      if (error instanceof CancelledError) throw error;
      log.warning((error as Error).message);
      return otherwise;
    }
  };
  const failures = await orWarn(readFailures(source, run.counts), []);
  const path = submission.junit === null ? null : resolve(submission.junitFolder, submission.junit);
  const written = path !== null && (await orWarn(writeJunit(source, path), false));
  return { failures, junit: written ? submission.junit : null };
}

async function cancelled(wire: Wire, handle: Credential, runId: string): Promise<CancelledError> {
  try {
    const run = await cancelRun(wire, handle, runId);
    return new CancelledError(`The CI job was cancelled, and the run with it (${run.title}).`);
  } catch (error) {
    return new CancelledError(`The CI job was cancelled; the run was not (${(error as Error).message}).`, true);
  }
}
