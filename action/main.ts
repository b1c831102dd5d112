/** The step on GitHub: translates inputs into a submission, and its outcome into outputs, a summary and an exit code. */
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fail, getIdToken, log, readInput, saveFinished, saveState, setOutput, writeSummary } from './actions-core.ts';
import type { CiContext } from './ci/ci.ts';
import { detectCi } from './ci/index.ts';
import { realClock } from './client/clock.ts';
import type { Environment } from './client/environment.ts';
import { BrokenError, CancelledError, RefusedError, SubmissionError, UsageError } from './client/errors.ts';
import { leaveFiles } from './client/leave-files.ts';
import { outcomeLines } from './client/outcome-lines.ts';
import { type Outcome, type Submission, submit } from './client/submit.ts';
import { type Inputs, parseInputs } from './inputs.ts';
import { useProxyOf } from './proxy.ts';
import { escapeText, renderSummary } from './summary.ts';

const WAITS =
  'This pull request comes from a fork, so nothing was run yet: its files wait for a maintainer, who approves the run with ' +
  'the button on its check. The check tells how it ends.';

/** Runs the step. Never throws: what goes wrong is an error annotation and an exit code. */
export async function runStep(env: NodeJS.ProcessEnv): Promise<void> {
  const cancelled = new AbortController();
  // GitHub sends SIGINT first, SIGTERM 7.5 s later, and kills after another 2.5 s.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => cancelled.abort());
  const environment: Environment = {
    fetch,
    getIdToken,
    log,
    clock: realClock,
    random: Math.random,
    signal: cancelled.signal,
  };
  try {
    const inputs = parseInputs(readInput);
    if (inputs.token !== null) log.mask(inputs.token);
    useProxyOf(env);
    const ci = await readCi(inputs, env);
    const submission = await toSubmission(inputs, ci, env);
    if (ci.fromFork) {
      await leaveForApproval(submission, env);
      saveFinished();
      return;
    }
    const outcome = await submit(submission, environment, {
      onStarted({ runId, reportUrl, cancelHandle }) {
        saveState({ server: inputs.server, runId, cancelHandle });
        setOutput('run-id', runId);
        setOutput('report-url', reportUrl);
      },
    });
    saveFinished();
    await report(outcome);
  } catch (error) {
    if (!(error instanceof CancelledError && error.runLeft)) saveFinished();
    fail(sentenceOf(error), error instanceof SubmissionError ? error.exitCode : 4);
  }
}

async function readCi(inputs: Inputs, env: NodeJS.ProcessEnv): Promise<CiContext> {
  const vendor = detectCi(env);
  if (!vendor) throw new RefusedError('This is no CI that Devicelane knows: GITHUB_ACTIONS is not set.');
  const ci = await vendor.read(env, (path) => readFile(path, 'utf8'));
  // A push that deletes a branch leaves the commit of zeros behind.
  if (!/^[0-9a-f]{40,64}$/.test(ci.commit.sha) || /^0+$/.test(ci.commit.sha)) {
    throw new RefusedError('This event is about no commit: there is nothing to test.');
  }
  // A fork's workflow has none, and needs none.
  if (!ci.fromFork && ci.noIdToken !== null && inputs.token === null) throw new RefusedError(ci.noIdToken);
  return ci;
}

async function toSubmission(inputs: Inputs, ci: CiContext, env: NodeJS.ProcessEnv): Promise<Submission> {
  const { server, tests, token, junit } = inputs;
  const run = { ...inputs.run, commit: ci.commit, ...(ci.changeRequest && { changeRequest: ci.changeRequest }) };
  if (inputs.artifact === null) {
    if (inputs.app === null) throw new UsageError('app', 'is required.');
    return { server, app: inputs.app, tests, folder: ci.folder, token, junit, junitFolder: ci.folder, run };
  }
  // Loaded only here: it brings a storage client that would slow down every other start.
  const { downloadWorkflowArtifact } = await import('./workflow-artifact.ts');
  const downloaded = await downloadWorkflowArtifact(inputs.artifact, env.RUNNER_TEMP ?? tmpdir());
  if ('missing' in downloaded) throw new UsageError('artifact', downloaded.missing);
  if ('refused' in downloaded) throw new RefusedError(`artifact: ${downloaded.refused}`);
  const { folder } = downloaded;
  return { server, app: inputs.app ?? '**/*', tests, folder, token, junit, junitFolder: ci.folder, run };
}

/** A fork's workflow proves nothing: its files wait in a workflow artifact, and the backend fetches them once it may. */
async function leaveForApproval(submission: Submission, env: NodeJS.ProcessEnv): Promise<void> {
  const { name, folder, paths } = await leaveFiles(submission, env.RUNNER_TEMP ?? tmpdir());
  const { uploadWorkflowArtifact } = await import('./workflow-artifact.ts');
  const failure = await uploadWorkflowArtifact(name, folder, paths);
  await rm(folder, { recursive: true, force: true });
  if (failure) throw new BrokenError(`The files could not be left for approval (${failure.failed}).`);
  log.line(WAITS);
  await writeSummary(
    `<h2>${escapeText(submission.run.name ?? 'Devicelane')}: waits for approval</h2>\n\n<p>${WAITS}</p>\n`,
  );
}

async function report(outcome: Outcome): Promise<void> {
  if (outcome.kind === 'started') {
    log.line('The run goes on without this job: the check on the pull request will tell.');
    return;
  }
  const { run, failures, junit } = outcome;
  setOutput('verdict', run.verdict ?? '');
  setOutput('passed', run.counts?.passed ?? 0);
  setOutput('failed', run.counts?.failed ?? 0);
  setOutput('new-failures', run.counts?.newFailures ?? 0);
  setOutput('flaky', run.counts?.flaky ?? 0);
  setOutput('skipped', run.counts?.skipped ?? 0);
  setOutput('device-minutes', run.deviceMinutes);
  setOutput('junit', junit ?? '');
  await writeSummary(renderSummary(run, failures));
  const lines = outcomeLines(run, failures);
  if (lines.length > 0) log.startGroup('What failed');
  for (const line of lines) log.line(line);
  if (lines.length > 0) log.endGroup();
  // A finished run without an exit code is a server that contradicts itself: that is never green.
  const exitCode = run.verdict === null ? 4 : (run.exitCode ?? 4);
  if (exitCode === 0) log.line(run.title);
  else fail(`${run.title} ${run.reportUrl}`, exitCode);
}

function sentenceOf(error: unknown): string {
  if (error instanceof SubmissionError) return error.message;
  return `The step failed in a way that it should not: ${(error as Error).message ?? String(error)}`;
}
