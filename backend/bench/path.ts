/** From a workflow step to its verdict on a real APK, against the step's own floor: a process that starts and ends. */
import { spawnSync } from 'node:child_process';
import { copyFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Runner } from '../../action/testing/runner.ts';
import { startWorld } from '../testing/world.ts';
import { byTurns, type Figure } from './by-turns.ts';

const apk = join(
  dirname(createRequire(import.meta.url).resolve('android-apidemos/package.json')),
  'apks',
  'ApiDemos-debug.apk',
);

export async function path(): Promise<Figure[]> {
  const world = await startWorld({ fsync: true });
  const { repository, pullRequest } = world.github;
  const side = (sha: string, ref: string) => ({ sha, ref, repo: { id: Number(repository.id) } });
  let attempt = 0;
  const submit = async (): Promise<void> => {
    attempt += 1;
    const runner = await new Runner().start('pull_request', {
      repository: { id: Number(repository.id) },
      pull_request: {
        number: pullRequest.number,
        title: 'bench',
        head: side(pullRequest.headSha, pullRequest.headRef),
        base: side(pullRequest.baseSha, 'main'),
      },
    });
    await copyFile(apk, join(runner.folder, 'work', 'app.apk'));
    const step = await runner.step(
      'index.js',
      // A name of its own: the CI run is the same, and the same key would give the same run.
      { server: world.backend.url, app: 'app.apk', name: `bench ${attempt}` },
      { ACTIONS_ID_TOKEN_REQUEST_URL: world.oidc.requestUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: world.oidc.requestToken },
    );
    const { exitCode, errors } = await step.finished;
    await runner.remove();
    if (exitCode !== 1) throw new Error(`the step ended with ${exitCode}: ${errors}`);
  };
  const nothing = async (): Promise<void> => {
    spawnSync(process.execPath, ['-e', '']);
  };
  try {
    return await byTurns({ 'step to verdict': submit, 'an empty program': nothing }, { rounds: 5 });
  } finally {
    await world.stop();
  }
}
