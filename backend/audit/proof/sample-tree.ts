/** A whole tree kept in memory, for tests: any root and any proof of it. */
import { consistencyRanges, inclusionRanges } from './ranges.ts';
import { hashLeaf, joinSubtrees, placesOf, type Range, Tree } from './tree.ts';

export class SampleTree {
  readonly leaves: Buffer[];
  readonly #nodes = new Map<string, Buffer>();

  constructor(entries: readonly string[]) {
    this.leaves = entries.map(hashLeaf);
    const tree = new Tree();
    for (const leaf of this.leaves) {
      for (const { level, index, hash } of tree.append(leaf)) this.#nodes.set(`${level}/${index}`, hash);
    }
  }

  root(size: number): Buffer {
    return this.#hashOf({ start: 0, end: size });
  }

  inclusion(index: number, size: number): Buffer[] {
    return inclusionRanges(index, size).map((range) => this.#hashOf(range));
  }

  consistency(from: number, size: number): Buffer[] {
    return consistencyRanges(from, size).map((range) => this.#hashOf(range));
  }

  #hashOf(range: Range): Buffer {
    return joinSubtrees(placesOf(range).map(({ level, index }) => this.#nodes.get(`${level}/${index}`)!));
  }
}
