/**
 * The main job in one line: a real APK goes from a workflow step through upload, run and verdict to a check on a pull
 * request. `--app FILE` takes another APK; `--once` ends with the verdict's exit code.
 */

import { once } from 'node:events';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import pino from 'pino';
import { API_DEMOS, startStep } from './workflow-step.ts';
import { startWorld, type World } from './world.ts';

const { values: options } = parseArgs({
  options: { app: { type: 'string' }, once: { type: 'boolean', default: false } },
});

const say = (line = ''): void => console.log(line);

/** The exit code of what a signal stopped. */
const STOPPED = 130;

async function demo(): Promise<number> {
  const apk = options.app ? resolve(options.app) : API_DEMOS;
  say(
    'Starting a backend (embedded Postgres, sealed blobs), a GitHub stand-in with a pull request, and an OIDC issuer…',
  );
  const stopped = onSignal();
  const world = await startWorld({ fsync: true, log: pino({ level: 'error' }) });
  try {
    const { pullRequest, repository } = world.github;
    say(`Pull request #${pullRequest.number} of ${repository.fullName}, at ${pullRequest.headSha.slice(0, 12)}.`);
    say(`Its workflow step runs dist/action/index.js on ${basename(apk)}:`);
    say();
    const exitCode = stopped.aborted ? STOPPED : await runStep(world, apk, stopped);
    if (stopped.aborted) return STOPPED;
    await showCheck(world);
    if (options.once) return exitCode;
    say('Serving until Ctrl-C.');
    if (!stopped.aborted) await once(stopped, 'abort');
    return 0;
  } finally {
    await world.stop();
  }
}

/** Aborted by the first Ctrl-C. */
function onSignal(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}

/** Runs the committed bundle as GitHub's runner would. Returns its exit code. */
async function runStep(world: World, apk: string, stopped: AbortSignal): Promise<number> {
  const step = await startStep(world, { app: apk, name: basename(apk) });
  try {
    // The step cancels its run first, as it does when a CI job is cancelled.
    stopped.addEventListener('abort', () => step.process.kill('SIGINT'));
    let rest = '';
    step.process.stdout?.on('data', (text: string) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) showLine(line);
    });
    step.process.stderr?.on('data', (text: string) => process.stderr.write(text));
    const { exitCode, outputs } = await step.finished;
    say();
    say(`Verdict: ${outputs.verdict ?? 'none'} (the step exits with ${exitCode})`);
    if (outputs['run-id']) {
      say(`Report:  ${outputs['report-url']}`);
      say(`         opens after signing in, once: ${await world.signInLink(`/runs/${outputs['run-id']}`)}`);
    }
    return exitCode ?? 4;
  } finally {
    await step.remove();
  }
}

/** A line of the step's log as GitHub shows it: masks and debug lines are swallowed, groups and errors are headings. */
function showLine(line: string): void {
  const command = /^::(\S+?)(?: [^:]*)?::(.*)$/.exec(line);
  if (!command) say(`  │ ${line}`);
  else if (command[1] === 'group') say(`  ▾ ${command[2]}`);
  else if (command[1] === 'error') say(`  ✗ ${(command[2] ?? '').replaceAll('%0A', ' ').replaceAll('%25', '%')}`);
}

/** The check as it stands on the pull request. The poster may still be on its way: it is waited for. */
async function showCheck(world: World): Promise<void> {
  const { headSha, number } = world.github.pullRequest;
  const until = performance.now() + 10_000;
  for (;;) {
    const checks = await world.github.checks(headSha);
    if (checks.length > 0 && checks.every((check) => check.status === 'completed')) break;
    if (performance.now() > until) break;
    await new Promise((done) => setTimeout(done, 50));
  }
  say();
  for (const check of await world.github.checks(headSha)) {
    say(`Check on pull request #${number}: ${check.name}: ${check.conclusion ?? check.status}`);
    say(`  ${check.output.title}`);
    const lines = (check.output.summary ?? '').split('\n').slice(0, 14);
    for (const line of lines) say(`  │ ${line}`);
  }
  say();
}

process.exitCode = await demo();
