/** What an artifact's attestation proves, sealed with the artifact's own key. */
import type { Context } from '../context.ts';
import { Provenance } from '../contract/provenance.ts';

const CONTEXT = 'artifacts.sealed_provenance';

export function sealProvenance(ctx: Context, artifactId: string, provenance: Provenance): Promise<Buffer> {
  return ctx.keys.seal(artifactId, CONTEXT, JSON.stringify(provenance));
}

export async function openProvenance(ctx: Context, artifactId: string, sealed: Uint8Array): Promise<Provenance> {
  return Provenance.parse(JSON.parse((await ctx.keys.open(artifactId, CONTEXT, sealed)).toString('utf8')));
}
