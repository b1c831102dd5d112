/**
 * The main job in one line: a real APK goes from a workflow step through upload, run and verdict to a check on a pull
 * request. `--app FILE` takes another APK; `--once` ends with the verdict's exit code.
 */

import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import pino from 'pino';
import { API_DEMOS, startStep } from './workflow-step.ts';
import { startWorld, type World } from './world.ts';

type Options = { app: string; once: boolean };

/** @throws Error that says which option is wrong */
async function parseOptions(): Promise<Options> {
  const { values } = parseArgs({ options: { app: { type: 'string' }, once: { type: 'boolean', default: false } } });
  const app = values.app ? resolve(values.app) : API_DEMOS;
  await access(app).catch(() => {
    throw new Error(`--app: there is no file ${app}`);
  });
  return { app, once: values.once };
}

const say = (line = ''): void => console.log(line);

/** The exit code of what a signal stopped. */
const STOPPED = 130;

async function demo({ app, once: isOnce }: Options): Promise<number> {
  say(
    'Starting a backend (embedded Postgres, sealed blobs), a GitHub stand-in with a pull request, and an OIDC issuer…',
  );
  const stopped = onSignal();
  const world = await startWorld({ fsync: true, log: pino({ level: 'error' }) });
  try {
    const { pullRequest, repository } = world.github;
    say(`Pull request #${pullRequest.number} of ${repository.fullName}, at ${pullRequest.headSha.slice(0, 12)}.`);
    say(`Its workflow step runs dist/action/index.js on ${basename(app)}:`);
    say();
    const ended = stopped.aborted ? null : await runStep(world, app, stopped);
    if (stopped.aborted || ended === null) return STOPPED;
    if (ended.hasRun) await showCheck(world);
    if (isOnce) return ended.exitCode;
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

type Ended = { exitCode: number; hasRun: boolean };

/** Runs the committed bundle as GitHub's runner would. */
async function runStep(world: World, apk: string, stopped: AbortSignal): Promise<Ended> {
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
    return { exitCode: exitCode ?? 4, hasRun: Boolean(outputs['run-id']) };
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

process.exitCode = await parseOptions().then(demo, (error: Error) => {
  console.error(`${error.message}\nusage: npm run demo -- [--once] [--app FILE]`);
  return 2;
});
