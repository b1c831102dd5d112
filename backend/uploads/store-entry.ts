/** Stores a file that arrives as one stream as if it had been uploaded in parts: by the same rules, checks and budgets. */
import { createHash } from 'node:crypto';
import type { Context } from '../context.ts';
import { MAX_PART_SIZE, type OpenUpload } from '../contract/artifacts.ts';
import { completeUpload } from './complete.ts';
import { discardUpload } from './forget.ts';
import { openUpload } from './open.ts';
import { putPart } from './put-part.ts';

/**
 * Returns the artifact's id. Marked as from a fork before it can be complete; one that is refused is forgotten at once.
 * @throws DevicelaneError for what any upload is refused for
 */
export async function storeEntry(
  ctx: Context,
  file: Omit<OpenUpload, 'can'>,
  content: AsyncIterable<Uint8Array>,
): Promise<string> {
  const { artifactId } = await openUpload({ ctx, input: { ...file, can: ['whole'] } });
  try {
    await ctx.db.updateTable('artifacts').set({ from_fork: true }).where('id', '=', artifactId).execute();
    let number = 0;
    for await (const part of inParts(content)) {
      number += 1;
      const sha256 = createHash('sha256').update(part).digest();
      await putPart({ ctx, input: { artifactId, number, of: 'file', size: part.length, sha256, body: once(part) } });
    }
    await completeUpload({ ctx, input: { artifactId, of: 'file' } });
    return artifactId;
  } catch (error) {
    await discardUpload(ctx, artifactId, 'refused');
    throw error;
  }
}

async function* once(part: Buffer): AsyncGenerator<Uint8Array> {
  yield part;
}

/** Never more than one part in memory. */
async function* inParts(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const part = Buffer.allocUnsafe(MAX_PART_SIZE);
  let filled = 0;
  for await (const chunk of content) {
    for (let at = 0; at < chunk.length; ) {
      const take = Math.min(chunk.length - at, MAX_PART_SIZE - filled);
      part.set(chunk.subarray(at, at + take), filled);
      filled += take;
      at += take;
      if (filled < MAX_PART_SIZE) continue;
      yield part;
      filled = 0;
    }
  }
  if (filled > 0) yield part.subarray(0, filled);
}
