/** The tree of RFC 6962 over a log: a hash of everything that stands in it, from which no entry can be taken unseen. */
import { hash } from 'node:crypto';

/** A complete subtree: `level` doublings above the leaves, the `index`th from the left. */
export type Place = { level: number; index: number };
export type Node = Place & { hash: Buffer };
/** Entries from `start` up to, not including, `end`. */
export type Range = { start: number; end: number };

const LEAF = Buffer.from([0]);
const INNER = Buffer.from([1]);

const sha256 = (parts: readonly Uint8Array[]): Buffer => hash('sha256', Buffer.concat(parts), 'buffer');

export const EMPTY_ROOT = sha256([]);

export const hashLeaf = (entry: string): Buffer => sha256([LEAF, Buffer.from(entry)]);

const hashInner = (left: Uint8Array, right: Uint8Array): Buffer => sha256([INNER, left, right]);

/** The complete subtrees that a range consists of, from the left. It must begin where one of its size may. */
export function placesOf({ start, end }: Range): Place[] {
  const places: Place[] = [];
  for (let at = start; at < end; ) {
    const level = Math.floor(Math.log2(end - at));
    places.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return places;
}

/** The hash over the complete subtrees of a range. */
export function joinSubtrees(hashes: readonly Buffer[]): Buffer {
  const [last, ...others] = hashes.toReversed();
  return last ? others.reduce((right, left) => hashInner(left, right), last) : EMPTY_ROOT;
}

/** A tree that grows at its right edge; it holds one hash for each bit of its size. */
export class Tree {
  #size: number;
  readonly #subtrees: Buffer[];

  /** @param subtrees hashes at `placesOf({ start: 0, end: size })` */
  constructor(size = 0, subtrees: readonly Buffer[] = []) {
    this.#size = size;
    this.#subtrees = [...subtrees];
  }

  get size(): number {
    return this.#size;
  }

  root(): Buffer {
    return joinSubtrees(this.#subtrees);
  }

  /** Returns every node that the leaf completes, itself first. */
  append(leaf: Buffer): Node[] {
    let node: Node = { level: 0, index: this.#size, hash: leaf };
    const completed = [node];
    while (node.index % 2 === 1) {
      const left = this.#subtrees.pop()!;
      node = { level: node.level + 1, index: (node.index - 1) / 2, hash: hashInner(left, node.hash) };
      completed.push(node);
    }
    this.#subtrees.push(node.hash);
    this.#size += 1;
    return completed;
  }
}
