/** Every request that reaches GitHub in a run's life, held against GitHub's own description of its API. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { OpenAPIBackend } from 'openapi-backend';
import { CiJob } from '../ci-job.ts';
import { until } from '../until.ts';
import { startWorld } from '../world.ts';

test('no request to GitHub violates its API', async () => {
  const folder = process.env.DEVICELANE_SHARED_DATA ?? '';
  const definition = JSON.parse(await readFile(join(folder, 'specs', 'github-openapi-trimmed.json'), 'utf8'));
  const github = new OpenAPIBackend({
    definition,
    quick: true,
    ajvOpts: { strict: false, formats: { 'date-time': true, uri: true, 'repo.nwo': true, timestamp: true } },
  });
  await github.init();

  const world = await startWorld();
  const job = await CiJob.start(world);
  const { runId } = await job.startRun();
  await job.until(runId, (run) => run.state === 'finished');
  const isPosted = async () => (await world.github.checks(world.github.pullRequest.headSha))[0]?.status === 'completed';
  await until('the check posted', isPosted);

  // The description at hand leaves out what was not used when it was trimmed: tokens' end, attestations.
  const described = world.github.requests.filter(({ path }) => !/^\/installation\/token$|\/attestations\//.test(path));
  expect(described.map(({ method }) => method)).toEqual(expect.arrayContaining(['POST', 'PATCH']));
  for (const { method, path, body } of described) {
    const [pathname = '', search = ''] = path.split('?');
    const request = {
      method,
      path: pathname,
      headers: {},
      query: Object.fromEntries(new URLSearchParams(search)),
      body,
    };
    const operation = github.matchOperation(request);
    expect({ method, path, known: operation !== undefined }).toEqual({ method, path, known: true });
    expect({ method, path, errors: github.validateRequest(request, operation).errors ?? [] }).toEqual({
      method,
      path,
      errors: [],
    });
  }
  await world.stop();
});
