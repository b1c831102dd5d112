import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { provesConsistency, provesInclusion } from '../../testing/audit-proofs.ts';
import { SampleTree } from './sample-tree.ts';
import { EMPTY_ROOT, hashLeaf, Tree } from './tree.ts';

/** The published vectors of Certificate Transparency: entries, and the root over the first one, two, three and so on. */
const ENTRIES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** The tree as RFC 6962 defines it, by halves. */
function rootByDefinition(leaves: readonly Buffer[]): Buffer {
  if (leaves.length === 0) return createHash('sha256').digest();
  if (leaves.length === 1) return leaves[0]!;
  const half = 2 ** (Math.ceil(Math.log2(leaves.length)) - 1);
  const [left, right] = [rootByDefinition(leaves.slice(0, half)), rootByDefinition(leaves.slice(half))];
  return createHash('sha256')
    .update(Buffer.from([1]))
    .update(left)
    .update(right)
    .digest();
}

describe('the tree', () => {
  test('has the roots of the standard', () => {
    expect(EMPTY_ROOT.toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
    expect(hashLeaf('').toString('hex')).toBe(ROOTS[0]);
    const tree = new Tree();
    expect(tree.root()).toEqual(EMPTY_ROOT);
    for (const [index, entry] of ENTRIES.entries()) {
      const leaf = createHash('sha256')
        .update(Buffer.from([0]))
        .update(Buffer.from(entry, 'hex'))
        .digest();
      tree.append(leaf);
      expect(tree.root().toString('hex')).toBe(ROOTS[index]);
    }
  });

  test('grows to what the definition says, from whichever size it goes on', () => {
    const entries = Array.from({ length: 130 }, (_, index) => `entry ${index}`);
    const sample = new SampleTree(entries);
    for (let size = 0; size <= entries.length; size += 1) {
      expect(sample.root(size)).toEqual(rootByDefinition(sample.leaves.slice(0, size)));
    }
  });
});

describe('proofs', () => {
  const MAX = 80;
  const sample = new SampleTree(Array.from({ length: MAX }, (_, index) => `entry ${index}`));

  test('hold for every entry and every two sizes, as the standard checks them', () => {
    for (let size = 1; size <= MAX; size += 1) {
      for (let seq = 0; seq < size; seq += 1) {
        const [leaf, root] = [sample.leaves[seq]!, sample.root(size)];
        expect(provesInclusion({ seq, size, leaf, root, path: sample.inclusion(seq, size) })).toBe(true);
        const from = seq + 1;
        const path = sample.consistency(from, size);
        expect(provesConsistency({ from, fromRoot: sample.root(from), size, root, path })).toBe(true);
      }
    }
  });

  test('hold for nothing else', () => {
    const place = fc
      .integer({ min: 1, max: MAX })
      .chain((size) => fc.tuple(fc.constant(size), fc.nat(size - 1), fc.nat()));
    fc.assert(
      fc.property(place, ([size, seq, at]) => {
        const [leaf, root] = [sample.leaves[seq]!, sample.root(size)];
        const flip = (path: Buffer[]): Buffer[] =>
          path.map((hash, index) => (index === at % path.length ? Buffer.from(hash.map((byte) => byte ^ 1)) : hash));
        const inclusion = sample.inclusion(seq, size);
        const other = sample.leaves[(seq + 1) % MAX]!;
        expect(provesInclusion({ seq, size, leaf: other, root, path: inclusion })).toBe(false);
        if (inclusion.length > 0) expect(provesInclusion({ seq, size, leaf, root, path: flip(inclusion) })).toBe(false);
        const [from, path] = [seq + 1, sample.consistency(seq + 1, size)];
        const fromRoot = sample.root((from % MAX) + 1);
        expect(provesConsistency({ from, fromRoot, size, root, path })).toBe(false);
        const proof = { from, fromRoot: sample.root(from), size, root };
        if (path.length > 0) expect(provesConsistency({ ...proof, path: flip(path) })).toBe(false);
      }),
    );
  });
});
