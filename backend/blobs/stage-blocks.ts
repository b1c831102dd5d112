/** Sends a stream as blocks, a few side by side, and makes the blob of them in one step: a blob is there whole or not at all. */
import { randomBytes } from 'node:crypto';
import { type Block, cutBlocks } from './cut-blocks.ts';

/** Bytes. Azure takes 50,000 blocks, so a blob of this has at most 195 GiB. */
export const BLOCK_BYTES = 4 * 1024 * 1024;
const SIDE_BY_SIDE = 3;

export type BlockTarget = {
  /** Makes a blob of few bytes in one call. @returns false when blocks of a writer that did not finish are in the way */
  put(bytes: Buffer): Promise<boolean>;
  /** Called once, before the first block. */
  begin(): Promise<void>;
  stage(id: string, bytes: Buffer): Promise<void>;
  commit(ids: readonly string[]): Promise<void>;
};

/** Holds at most four blocks. What was staged before a failure is in no blob. @returns bytes written */
export async function stageBlocks(source: AsyncIterable<Uint8Array>, target: BlockTarget): Promise<number> {
  // Blocks of one blob are known by their ids to all its writers: another writer's must not be taken for ours.
  const writer = randomBytes(12);
  const ids: string[] = [];
  const atWork: Promise<void>[] = [];
  let bytes = 0;

  async function stage(block: Block): Promise<void> {
    if (atWork.length === SIDE_BY_SIDE) await atWork.shift();
    const id = blockId(writer, ids.length);
    ids.push(id);
    const staged = target.stage(id, block.bytes);
    // Looked at when its turn comes; until then a failure is nobody's surprise.
    staged.catch(() => {});
    atWork.push(staged);
  }

  try {
    for await (const block of cutBlocks(source, BLOCK_BYTES, SIDE_BY_SIDE + 1)) {
      bytes += block.bytes.length;
      if (block.isLast && ids.length === 0 && (await target.put(block.bytes))) return bytes;
      if (ids.length === 0) await target.begin();
      if (block.bytes.length > 0) await stage(block);
    }
    for (const staged of atWork) await staged;
  } finally {
    await Promise.allSettled(atWork);
  }
  await target.commit(ids);
  return bytes;
}

/** All of one length, as Azure demands. */
function blockId(writer: Buffer, index: number): string {
  const number = Buffer.alloc(4);
  number.writeUInt32BE(index);
  return Buffer.concat([writer, number]).toString('base64');
}
