/** What a customer wrote about an artifact: its name and metadata, sealed with the artifact's own key. */
import type { Context } from '../context.ts';
import type { ArtifactMetadata } from '../contract/artifact-metadata.ts';
import type { ArtifactTests } from '../contract/artifact-tests.ts';

export type Description = {
  name: string;
  metadata: ArtifactMetadata | null;
  tests?: ArtifactTests | undefined;
  icon?: { type: 'image/png' | 'image/webp'; base64: string } | undefined;
};

/** What is read from the bytes themselves. */
export type Facts = Omit<Description, 'name'>;

const CONTEXT = 'artifacts.sealed_description';

export function sealDescription(ctx: Context, artifactId: string, description: Description): Promise<Buffer> {
  return ctx.keys.seal(artifactId, CONTEXT, JSON.stringify(description));
}

export async function openDescription(ctx: Context, artifactId: string, sealed: Uint8Array): Promise<Description> {
  return JSON.parse((await ctx.keys.open(artifactId, CONTEXT, sealed)).toString('utf8')) as Description;
}
