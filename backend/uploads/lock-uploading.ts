/** Holds an upload that is not complete: whoever completes or forgets it waits for the end of the transaction. */
import type { Write } from '../context.ts';

/** @returns false when it is complete, or was forgotten */
export async function lockUploading(
  { tx }: Pick<Write, 'tx'>,
  artifactId: string,
  mode: 'shared' | 'alone',
): Promise<boolean> {
  const query = tx.selectFrom('artifacts').select('id').where('id', '=', artifactId).where('state', '=', 'uploading');
  const row = await (mode === 'shared' ? query.forShare() : query.forUpdate()).executeTakeFirst();
  return row !== undefined;
}
