/** Reads which classes the code of a test APK defines. */
import { readDefinedClasses } from '../apk/read-build.ts';
import type { Context } from '../context.ts';
import { findArtifact, findContent } from './read.ts';

/** None for a file that is no test APK, or was forgotten. @throws DevicelaneError `invalid_artifact`, `not_found` */
export async function readTestClasses(ctx: Context, artifactId: string): Promise<string[]> {
  const row = await findArtifact(ctx, artifactId);
  const content = row.kind === 'test_apk' ? await findContent(ctx, row) : null;
  if (!content) return [];
  const blob = await ctx.blobs.open(content.keyId, content.blobName);
  return readDefinedClasses({ size: row.size, read: (offset, length) => blob.read(offset, length) });
}
