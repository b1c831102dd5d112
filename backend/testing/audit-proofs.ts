/** Checks proofs as RFC 9162 (2.1.3.2 and 2.1.4.2) says, apart from the code that makes them. */
import { createHash } from 'node:crypto';

const inner = (left: Uint8Array, right: Uint8Array): Buffer =>
  createHash('sha256')
    .update(Buffer.from([1]))
    .update(left)
    .update(right)
    .digest();

type Inclusion = { seq: number; size: number; leaf: Buffer; path: readonly Buffer[]; root: Buffer };

export function provesInclusion({ seq, size, leaf, path, root }: Inclusion): boolean {
  if (seq >= size) return false;
  let [fn, sn, hash] = [seq, size - 1, leaf];
  for (const step of path) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      hash = inner(step, hash);
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      hash = inner(hash, step);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && hash.equals(root);
}

type Consistency = { from: number; fromRoot: Buffer; size: number; root: Buffer; path: readonly Buffer[] };

export function provesConsistency({ from, fromRoot, size, root, path }: Consistency): boolean {
  if (from === size) return path.length === 0 && fromRoot.equals(root);
  const isPower = Number.isInteger(Math.log2(from));
  const [first, ...steps] = isPower ? [fromRoot, ...path] : path;
  if (!first) return false;
  let [fn, sn] = [from - 1, size - 1];
  while (fn % 2 === 1) [fn, sn] = [half(fn), half(sn)];
  let [older, newer] = [first, first];
  for (const step of steps) {
    if (sn === 0) return false;
    if (fn % 2 === 1 || fn === sn) {
      [older, newer] = [inner(step, older), inner(step, newer)];
      while (fn % 2 === 0 && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      newer = inner(newer, step);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && older.equals(fromRoot) && newer.equals(root);
}

const half = (value: number): number => Math.floor(value / 2);
