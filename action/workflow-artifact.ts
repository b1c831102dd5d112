/**
 * Takes the files from an artifact of the same workflow run. The one importer of @actions/artifact, in a bundle of its own.
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

async function find(client: DefaultArtifactClient, name: string): Promise<Artifact | null> {
  try {
    return (await client.getArtifact(name)).artifact;
  } catch (error) {
    if (error instanceof ArtifactNotFoundError) return null;
    throw error;
  }
}
