/** A text that grows by whole pieces up to a number of bytes of UTF-8, so that a limit never cuts one in the middle. */
export type Budget = {
  /** Adds the piece if it fits and leaves `spare` bytes; returns whether it did. */
  add(piece: string, spare?: number): boolean;
  text(): string;
};

export function openBudget(maxBytes: number): Budget {
  const pieces: string[] = [];
  let left = maxBytes;
  return {
    add(piece, spare = 0) {
      const bytes = Buffer.byteLength(piece);
      if (bytes + spare > left) return false;
      pieces.push(piece);
      left -= bytes;
      return true;
    },
    text: () => pieces.join(''),
  };
}
