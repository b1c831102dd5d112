/** A submission of small files in a folder of its own. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Submission } from '../submit.ts';

/** So large that it takes several parts of the stand-in. */
export const APP = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 7) % 251));
export const TESTS = Buffer.from('a test APK');

export type Workspace = { folder: string; submission(server: string): Submission; remove(): Promise<void> };

export async function newWorkspace(): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'devicelane-step-'));
  await writeFile(join(folder, 'app-debug.apk'), APP);
  await writeFile(join(folder, 'app-debug-androidTest.apk'), TESTS);
  return {
    folder,
    remove: () => rm(folder, { recursive: true }),
    submission: (server) => ({
      server,
      app: '*-debug.apk',
      tests: '*-androidTest.apk',
      folder,
      token: null,
      junit: 'out/junit.xml',
      junitFolder: folder,
      run: { commit: { sha: 'a'.repeat(40) }, devices: ['Pixel 8 @ 34'] },
    }),
  };
}
