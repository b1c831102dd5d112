/** What a customer wrote about an artifact: its name and metadata, sealed with the artifact's own key. */
import type { Context } from '../context.ts';
import type { ArtifactMetadata } from '../contract/artifact-metadata.ts';

export type Description = { name: string; metadata: ArtifactMetadata | null };

const CONTEXT = 'artifacts.sealed_description';

export function sealDescription(ctx: Context, artifactId: string, description: Description): Promise<Buffer> {
  return ctx.keys.seal(artifactId, CONTEXT, JSON.stringify(description));
}

export async function openDescription(ctx: Context, artifactId: string, sealed: Uint8Array): Promise<Description> {
  return JSON.parse((await ctx.keys.open(artifactId, CONTEXT, sealed)).toString('utf8')) as Description;
}
