/** Makes copies of an earlier library's bytes right in the later one: what they refer to has moved as the copies have. */
import { setImmediate as turn } from 'node:timers/promises';
import { Malformed } from '../bytes.ts';
import type { Copied } from '../copied.ts';
import { firstFrom } from '../first-from.ts';
import { writeReference } from './encode.ts';
import { Mapping } from './mapping.ts';
import { NativeFile } from './native-file.ts';
import { KIND, type References } from './references.ts';
import { referencesOf } from './walk.ts';

/** Copies, or references of one, after which others have their turn. */
const AT_ONCE = 4096;

/**
 * Writes into the content, where a copied reference stands, what leads to the place to which the copies say that its target
 * has moved.
 *
 * @param content the later one, with the copies as they were in the earlier one
 * @throws Malformed when one of the two is no native library, or a reference leads out of it
 */
export async function pointNativeAnew(content: Uint8Array, earlier: Uint8Array, copied: Copied): Promise<void> {
  try {
    const [before, after] = [NativeFile.open(earlier), NativeFile.open(content)];
    if (!before || !after) throw new Malformed('a content is no native library');
    const references = await referencesOf(before);
    const mapping = new Mapping(copied);
    // The hashes of pages last, when these are right.
    for (const isHash of [false, true]) {
      for (const [copy, start] of copied.from.entries()) {
        if (copy % AT_ONCE === 0) await turn();
        const end = start + (copied.length[copy] as number);
        const piece = { start, end, distance: (copied.to[copy] as number) - start, isHash };
        for (const _pause of pointCopy(after, references, mapping, piece)) await turn();
      }
    }
  } catch (error) {
    if (error instanceof RangeError) throw new Malformed(`a native library cannot be read: ${error.message}`);
    throw error;
  }
}

type Piece = { start: number; end: number; distance: number; isHash: boolean };

/** Yields where it can pause. */
function* pointCopy(
  file: NativeFile,
  references: References,
  mapping: Mapping,
  { start, end, distance, isHash }: Piece,
): Generator<void> {
  const { at, target, base, count } = references;
  for (let number = firstFrom(at, start, count); number < count; number++) {
    if (number % AT_ONCE === 0) yield;
    const place = at[number] as number;
    if (place + references.widthOf(number) > end) return;
    if ((references.kindOf(number) === KIND.pageHash) !== isHash) continue;
    const written = {
      at: place + distance,
      kind: references.kindOf(number),
      target: mapping.forward(target[number] as number),
      base: base[number] as number,
    };
    if (!writeReference(file, written)) throw new Malformed('a reference is to nothing');
  }
}
