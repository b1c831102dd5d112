/** The keyed digests by which an earlier build of the same thing is found, without its name or branch in the clear. */
import type { Context } from '../context.ts';

/**
 * Of the file's name, its numbers left out: `app-1.4.2.apk` and `app-1.4.3.apk` are builds of one thing. In the worst case
 * the difference between two things is large, and the file goes whole.
 */
export function nameDigest(ctx: Context, projectId: string, name: string): Promise<Buffer> {
  return ctx.keys.digest('artifact-name', JSON.stringify([projectId, name.replaceAll(/\d+/g, '#')]));
}
