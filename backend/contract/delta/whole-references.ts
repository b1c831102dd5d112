/** Copies in which no reference is cut: one of which a part was copied could not be pointed anew. */
import type { Copy } from './find-copies.ts';

/**
 * The copies without the parts of references at their ends.
 *
 * @param isInside 1 for each byte of a reference but its first
 */
export function wholeReferences(copies: readonly Copy[], isInside: Uint8Array): Copy[] {
  const whole: Copy[] = [];
  let [at, done] = [0, 0];
  for (const { literal, from, length } of copies) {
    const to = at + literal;
    at = to + length;
    let [start, end] = [to, at];
    while (start < end && isInside[start] === 1) start++;
    while (end > start && isInside[end] === 1) end--;
    if (start === end) continue;
    whole.push({ literal: start - done, from: from + start - to, length: end - start });
    done = end;
  }
  return whole;
}
