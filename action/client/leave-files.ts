/**
 * Where a submission may not upload, since it comes from a fork: lays out the files and a manifest in a folder, for the CI
 * to keep until a maintainer approves. The server believes nothing of it, so nothing secret and no claim stands in it.
 */
import { createWriteStream } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type ForkManifestInput, forkArtifactName, MANIFEST_ENTRY } from '../../backend/contract/fork-manifest.ts';
import type { BuildFile } from './build-file.ts';
import { UsageError } from './errors.ts';
import { findFile } from './find-files.ts';
import type { Submission } from './submit.ts';

const CHUNK = 1024 * 1024;

export type Left = {
  /** Of the artifact. */
  name: string;
  folder: string;
  paths: string[];
};

/** Lays them out in a new folder below `parent`. @throws UsageError naming the input */
export async function leaveFiles(submission: Submission, parent: string): Promise<Left> {
  const { commit: _, changeRequest: __, wait: ___, ...run } = submission.run;
  const name = forkArtifactName(run.name ?? 'Devicelane');
  if (name === null) throw new UsageError('name', 'is too long for a pull request from a fork: use fewer characters.');
  if (Object.values(run.env ?? {}).some((value) => value.startsWith('secret:'))) {
    throw new UsageError('env', 'names a secret of the backend, which a pull request from a fork is never given.');
  }
  const folder = await mkdtemp(join(parent, 'devicelane-'));
  const files: ForkManifestInput['files'] = [];
  for (const input of ['app', 'tests'] as const) {
    const pattern = submission[input];
    if (pattern === null) continue;
    const file = await findFile(input, pattern, submission.folder);
    try {
      await pipeline(contentOf(file), createWriteStream(join(folder, input)));
    } finally {
      await file.close();
    }
    const { size, sha256, kind } = file;
    files.push({ role: input, name: file.name, size, sha256, ...(kind && { kind }) });
  }
  const manifest: ForkManifestInput = { version: 1, run, files };
  await writeFile(join(folder, MANIFEST_ENTRY), JSON.stringify(manifest));
  return { name, folder, paths: [MANIFEST_ENTRY, ...files.map(({ role }) => role)].map((each) => join(folder, each)) };
}

async function* contentOf(file: BuildFile): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < file.size; at += CHUNK) yield await file.read(at, Math.min(CHUNK, file.size - at));
}
