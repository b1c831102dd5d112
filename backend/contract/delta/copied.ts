/** What of a content was copied, by where it lies. */
import type { Copy } from './find-copies.ts';

/** In the order of the later content: `length` bytes at `to`, from `from` in the earlier one. */
export type Copied = { to: Float64Array; from: Float64Array; length: Float64Array };

export function copiedOf(copies: readonly Copy[]): Copied {
  let at = 0;
  const to = Float64Array.from(copies, ({ literal, length }) => {
    at += literal + length;
    return at - length;
  });
  return {
    to,
    from: Float64Array.from(copies, ({ from }) => from),
    length: Float64Array.from(copies, ({ length }) => length),
  };
}

export function copiesOf({ to, from, length }: Copied): Copy[] {
  let done = 0;
  return Array.from(to, (start, copy) => {
    const literal = start - done;
    done = start + (length[copy] as number);
    return { literal, from: from[copy] as number, length: length[copy] as number };
  });
}
