/** A pull request from a fork, from its workflow's step to the verdict on its check: the committed bundle, a real APK. */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ArtifactService } from '../../../action/testing/artifact-service.ts';
import { Runner } from '../../../action/testing/runner.ts';
import type { GithubCheckRun } from '../github.ts';
import { buttonPressed, deliver, workflowCompleted } from '../github-hooks.ts';
import { openTenant, readKept, tasksDone } from '../kept.ts';
import { until } from '../until.ts';
import { API_DEMOS } from '../workflow-step.ts';
import { startWorld, type World } from '../world.ts';

const CI_RUN = 4711;

let world: World;
let service: ArtifactService;
let runner: Runner;
beforeAll(async () => {
  world = await startWorld();
  service = await new ArtifactService('none', Buffer.alloc(0)).start();
  const { repository, pullRequest } = world.github;
  runner = await new Runner().start('pull_request', {
    repository: { id: Number(repository.id) },
    pull_request: {
      number: 12,
      title: 'From outside',
      head: { sha: pullRequest.headSha, ref: 'patch-1', repo: { id: 770_001 } },
      base: { sha: pullRequest.baseSha, ref: 'main', repo: { id: Number(repository.id) } },
    },
  });
});
afterAll(async () => {
  await runner.remove();
  await service.stop();
  await world.stop();
});

async function onlyCheck(): Promise<GithubCheckRun> {
  const [found, ...others] = await world.github.checks(world.github.pullRequest.headSha);
  expect(others).toEqual([]);
  return found!;
}

const concluded = (): Promise<GithubCheckRun> =>
  until('the check concluded', async () => {
    const found = await onlyCheck();
    return found.status === 'completed' && found.conclusion !== 'action_required' ? found : null;
  });

test('is tested once a maintainer approves, and by nothing that the fork could have said', async () => {
  const nothing = await readKept(world);
  await copyFile(API_DEMOS, join(runner.folder, 'work/app.apk'));
  const inputs = { server: world.backend.url, app: 'app.apk' };
  const { exitCode, log, summary } = await (await runner.step('index.js', inputs, service.env)).finished;
  expect({ exitCode, log }).toMatchObject({ exitCode: 0 });
  expect(summary).toContain('waits for approval');
  expect(await readKept(world)).toEqual(nothing);

  const { headSha } = world.github.pullRequest;
  const { name, zip } = service.left!;
  world.github.forks.pulls.push({ number: 12, headSha, branch: 'patch-1' });
  world.github.forks.runs.push({ id: CI_RUN, headSha, branch: 'patch-1', artifacts: [{ id: 1, name, zip }] });
  await deliver(world, 'workflow_run', workflowCompleted(world, CI_RUN));
  await tasksDone(world);
  const waiting = await onlyCheck();
  expect(waiting).toMatchObject({ name: 'Devicelane', conclusion: 'action_required' });

  const ctx = await openTenant(world);
  const request = await ctx.db.selectFrom('fork_requests').selectAll().executeTakeFirstOrThrow();
  await deliver(world, 'check_run', buttonPressed(world, waiting, `approve-${request.id.slice(-12)}`));
  const check = await concluded();
  expect(check.id).toBe(waiting.id);
  const run = await ctx.db.selectFrom('runs').selectAll().executeTakeFirstOrThrow();
  expect(run).toMatchObject({ state: 'finished', head_sha: headSha, change_number: 12 });
  expect(check.details_url).toBe(`${world.backend.url}/runs/${run.id}`);
  const artifact = await ctx.db.selectFrom('artifacts').selectAll().executeTakeFirstOrThrow();
  expect(artifact).toMatchObject({ state: 'complete', kind: 'apk', from_fork: true });
});
