/** Where in the later content lies what lay somewhere in the earlier one, told from the copies; and the other way round. */
import type { Copied } from '../copied.ts';
import { firstFrom } from '../first-from.ts';
import { DELTA_LIMITS } from '../limits.ts';
import { BEHIND } from './layout.ts';

/** Above all numbers of copies. */
const NUMBERS = 2 ** Math.ceil(Math.log2(DELTA_LIMITS.copies + 1));

export class Mapping {
  /** In the order of the later content: where what has moved alike begins, and how far it has come. */
  readonly #later: Float64Array;
  readonly #come: Float64Array;
  /** In the order of the earlier content: where what moves alike begins, and how far it goes. */
  readonly #earlier: Float64Array;
  readonly #goes: Float64Array;

  constructor(copied: Copied) {
    const pieces = movedAlike(copied);
    this.#later = pieces.to;
    this.#come = pieces.to.map((to, piece) => to - (pieces.from[piece] as number));
    const apart = withoutOverlaps(pieces);
    this.#earlier = apart.from;
    this.#goes = apart.goes;
  }

  /** What was not copied is taken to have moved as what was before it. */
  forward(place: number): number {
    if (place >= BEHIND) return place;
    return place + (this.#goes[firstFrom(this.#earlier, place + 1) - 1] ?? 0);
  }

  /** A place that `forward` leads here; null where it may be that there is none. */
  backward(place: number): number | null {
    if (place >= BEHIND) return place;
    const earlier = place - (this.#come[firstFrom(this.#later, place + 1) - 1] ?? 0);
    return this.forward(earlier) === place ? earlier : null;
  }
}

/** Copies one after the other that moved equally far, in the order of the later content: as one, with what is between. */
function movedAlike({ to, from, length }: Copied): Copied {
  const alike = {
    to: new Float64Array(to.length),
    from: new Float64Array(to.length),
    length: new Float64Array(to.length),
  };
  let count = 0;
  for (let copy = 0; copy < to.length; copy++) {
    const [start, source, bytes] = [to[copy] as number, from[copy] as number, length[copy] as number];
    const last = count - 1;
    if (last >= 0 && (alike.from[last] as number) - (alike.to[last] as number) === source - start) {
      alike.length[last] = start + bytes - (alike.to[last] as number);
      continue;
    }
    alike.to[count] = start;
    alike.from[count] = source;
    alike.length[count++] = bytes;
  }
  return {
    to: alike.to.subarray(0, count),
    from: alike.from.subarray(0, count),
    length: alike.length.subarray(0, count),
  };
}

/** Where in the earlier content the pieces begin, in their order, and how far each goes. What is in two is the longer's. */
function withoutOverlaps({ to, from, length }: Copied): { from: Float64Array; goes: Float64Array } {
  const order = from.map((source, piece) => source * NUMBERS + piece).sort();
  const starts = new Float64Array(order.length);
  const owners = new Int32Array(order.length);
  let count = 0;
  // Of the last one, which alone may reach into the next.
  let end = Number.NEGATIVE_INFINITY;
  for (const key of order) {
    const piece = key % NUMBERS;
    let start = from[piece] as number;
    const ownEnd = start + (length[piece] as number);
    if (ownEnd <= end) continue;
    if (start < end) {
      const isLonger = (length[piece] as number) > (length[owners[count - 1] as number] as number);
      start = isLonger ? Math.max(start, starts[count - 1] as number) : end;
      if (start === starts[count - 1]) count -= 1;
    }
    starts[count] = start;
    owners[count++] = piece;
    end = ownEnd;
  }
  const goes = Float64Array.from(owners.subarray(0, count), (piece) => (to[piece] as number) - (from[piece] as number));
  return { from: starts.subarray(0, count), goes };
}
