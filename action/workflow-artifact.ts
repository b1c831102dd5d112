/** Takes the files from a workflow artifact of the same workflow run; the one importer of @actions/artifact, loaded when asked for. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { DefaultArtifactClient } from '@actions/artifact';
import { RefusedError, UsageError } from './client/errors.ts';

/**
 * Downloads the artifact into a new folder below `parent` and returns the folder.
 *
 * @throws UsageError when there is none of this name; RefusedError when its bytes are not those that were uploaded
 */
export async function downloadWorkflowArtifact(name: string, parent: string): Promise<string> {
  const client = new DefaultArtifactClient();
  const { artifact } = await client.getArtifact(name).catch((error: Error) => {
    throw new UsageError(
      'artifact',
      `there is no workflow artifact ${JSON.stringify(name)} in this workflow run (${error.message}).`,
    );
  });
  if (!artifact.digest) {
    throw new RefusedError(
      `artifact: ${JSON.stringify(name)} has no digest, so that nobody can tell whether it arrives whole.`,
    );
  }
  const folder = await mkdtemp(join(parent, 'devicelane-'));
  const { digestMismatch } = await client.downloadArtifact(artifact.id, {
    path: folder,
    expectedHash: artifact.digest,
  });
  if (digestMismatch) {
    throw new RefusedError(
      `artifact: what was downloaded as ${JSON.stringify(name)} is not what was uploaded: its digest differs.`,
    );
  }
  return folder;
}
