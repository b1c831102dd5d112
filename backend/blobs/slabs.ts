/** Memory for sealed bytes on their way between a file and a stream, used again and again: the collector is too slow for it. */

export const SLAB_BYTES = 256 * 1024;
/** Kept for those who come next; others are left to the collector. */
const MOST_SPARE = 24;
/** Of these slabs each begins on a page of the system's. */
const ALIGNED = 24;
const WASM_PAGE_BYTES = 64 * 1024;

let pages: ArrayBuffer | null = null;
const aligned: Buffer[] = [];
const spare: Buffer[] = [];

export function takeSlab(): Buffer {
  pages ??= allocatePages();
  return aligned.pop() ?? spare.pop() ?? Buffer.allocUnsafeSlow(SLAB_BYTES);
}

/** Whether a disk can take the slab without the system's copying it. */
export const isAligned = (slab: Buffer): boolean => slab.buffer === pages;

/** Nobody may look at it any more. */
export function giveBack(slab: Buffer): void {
  if (isAligned(slab)) aligned.push(slab);
  else if (spare.length < MOST_SPARE) spare.push(slab);
}

// TypeScript knows it from browsers only.
declare const WebAssembly: {
  Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer };
};

/** The only memory of JavaScript's that begins on a page is WebAssembly's. The system gives it page by page, when it is used. */
function allocatePages(): ArrayBuffer {
  const count = (ALIGNED * SLAB_BYTES) / WASM_PAGE_BYTES;
  const { buffer } = new WebAssembly.Memory({ initial: count, maximum: count });
  for (let at = ALIGNED - 1; at >= 0; at--) aligned.push(Buffer.from(buffer, at * SLAB_BYTES, SLAB_BYTES));
  return buffer;
}
