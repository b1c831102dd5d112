/** What a fork's step leaves in a workflow artifact, in place of an upload: the files and what to do with them. */
import * as z from 'zod/mini';
import { OpenUpload } from './artifacts.ts';
import { StartRun } from './runs.ts';

/** The names of the artifact's entries. There are no others. */
export const MANIFEST_ENTRY = 'manifest.json';
export const MAX_MANIFEST_BYTES = 256 * 1024;
const PREFIX = 'devicelane-fork-';
const MAX_NAME = 200;

const ForkFile = z.extend(z.pick(OpenUpload, { name: true, kind: true, size: true, sha256: true }), {
  /** Also the name of its entry. */
  role: z.enum(['app', 'tests']),
});

/** It says nothing of the commit or the pull request: the code host does. */
export const ForkManifest = z.strictObject({
  version: z.literal(1),
  run: z.omit(StartRun, { artifacts: true, commit: true, changeRequest: true, wait: true }),
  files: z.array(ForkFile).check(z.minLength(1), z.maxLength(2)),
});
export type ForkManifest = z.infer<typeof ForkManifest>;
export type ForkManifestInput = z.input<typeof ForkManifest>;

/** The artifact's name carries the check's, so that the check can stand before anything is fetched. Null: it is too long. */
export function forkArtifactName(checkName: string): string | null {
  const name = PREFIX + Buffer.from(checkName).toString('base64url');
  return name.length > MAX_NAME ? null : name;
}

/** The check's name in an artifact's name; null for one that no fork's step gave. */
export function checkNameOf(artifactName: string): string | null {
  if (!artifactName.startsWith(PREFIX)) return null;
  const name = Buffer.from(artifactName.slice(PREFIX.length), 'base64url').toString('utf8');
  const isOurs = StartRun.shape.name.safeParse(name).success && forkArtifactName(name) === artifactName;
  return isOurs ? name : null;
}
