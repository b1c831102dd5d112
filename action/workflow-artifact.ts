/**
 * Takes the files from an artifact of the same workflow run, or leaves them in one. The one importer of @actions/artifact, in a bundle of its own.
 *
 * A bundle of its own has classes of its own: what it cannot do is an answer, not an error that nobody would recognise.
 */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { type Artifact, ArtifactNotFoundError, DefaultArtifactClient } from '@actions/artifact';

export type Downloaded = { folder: string } | { missing: string } | { refused: string };

/** Downloads the artifact into a new folder below `parent`, and checks that its bytes are those that were uploaded. */
export async function downloadWorkflowArtifact(name: string, parent: string): Promise<Downloaded> {
  const client = new DefaultArtifactClient();
  const found = await find(client, name);
  if (!found) return { missing: `there is no workflow artifact ${JSON.stringify(name)} in this workflow run.` };
  if (!found.digest)
    return { refused: `${JSON.stringify(name)} has no digest: nobody can tell whether it arrives whole.` };
  const folder = await mkdtemp(join(parent, 'devicelane-'));
  const { digestMismatch } = await client.downloadArtifact(found.id, { path: folder, expectedHash: found.digest });
  if (digestMismatch)
    return { refused: `what arrived as ${JSON.stringify(name)} is not what was uploaded: its digest differs.` };
  return { folder };
}

/** Days that an artifact is kept: a maintainer has seven to approve. */
const KEPT_DAYS = 8;

/** Uploads these files of the folder as one artifact. Returns null, or the kind of error: its text may hold an address with a key. */
export async function uploadWorkflowArtifact(
  name: string,
  folder: string,
  paths: string[],
): Promise<{ failed: string } | null> {
  try {
    // Builds are compressed already.
    const options = { retentionDays: KEPT_DAYS, compressionLevel: 0 };
    await new DefaultArtifactClient().uploadArtifact(name, paths, folder, options);
    return null;
  } catch (error) {
    return { failed: (error as Error).name };
  }
}

async function find(client: DefaultArtifactClient, name: string): Promise<Artifact | null> {
  try {
    return (await client.getArtifact(name)).artifact;
  } catch (error) {
    if (error instanceof ArtifactNotFoundError) return null;
    throw error;
  }
}
