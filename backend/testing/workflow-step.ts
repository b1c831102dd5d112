/** A pull request's workflow step: the committed bundle on a build, run as GitHub's runner would. */
import { copyFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Runner, type Step } from '../../action/testing/runner.ts';
import type { World } from './world.ts';

/** A real APK, from npm. */
export const API_DEMOS = join(
  dirname(createRequire(import.meta.url).resolve('android-apidemos/package.json')),
  'apks',
  'ApiDemos-debug.apk',
);

type Options = {
  /** The build on disk; its name in the workspace is `name`. */
  app: string;
  name: string;
  /** Of the pull request. */
  title?: string;
  inputs?: Record<string, string>;
};

/** Starts the step. `remove` tidies its workspace once it has finished. */
export async function startStep(
  { github, oidc, backend }: Pick<World, 'github' | 'oidc' | 'backend'>,
  { app, name, title = 'Sign in with a passkey', inputs = {} }: Options,
): Promise<Step & { remove(): Promise<void> }> {
  const { repository, pullRequest } = github;
  const id = Number(repository.id);
  const side = (sha: string, ref: string) => ({ sha, ref, repo: { id } });
  const runner = await new Runner().start('pull_request', {
    repository: { id },
    pull_request: {
      number: pullRequest.number,
      title,
      head: side(pullRequest.headSha, pullRequest.headRef),
      base: side(pullRequest.baseSha, 'main'),
    },
  });
  await copyFile(app, join(runner.folder, 'work', name));
  const step = await runner.step(
    'index.js',
    { server: backend.url, app: name, ...inputs },
    { ACTIONS_ID_TOKEN_REQUEST_URL: oidc.requestUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: oidc.requestToken },
  );
  return { ...step, remove: () => runner.remove() };
}
