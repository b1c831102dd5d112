/** Cuts a stream into blocks of one size, the last one shorter or empty, in a few buffers that are used again and again. */

export type Block = { bytes: Buffer; isLast: boolean };

/** A block's bytes stand until `buffers - 1` more blocks were taken. */
export async function* cutBlocks(
  source: AsyncIterable<Uint8Array>,
  size: number,
  buffers: number,
): AsyncGenerator<Block> {
  const ring: Buffer[] = [];
  let index = 0;
  let filled = 0;
  const current = (): Buffer => {
    ring[index] ??= Buffer.allocUnsafeSlow(size);
    return ring[index]!;
  };
  for await (const piece of source) {
    for (let taken = 0; taken < piece.length; ) {
      const part = piece.subarray(taken, taken + size - filled);
      current().set(part, filled);
      taken += part.length;
      filled += part.length;
      if (filled < size) continue;
      yield { bytes: current(), isLast: false };
      index = (index + 1) % buffers;
      filled = 0;
    }
  }
  yield { bytes: current().subarray(0, filled), isLast: true };
}
