/** The contents of which the blocks were signed, and where their signatures lie. */
import { blockCount, blockSize, SIGNATURE_BYTES, type SignedForm } from './block-signatures.ts';
import { HASH_BYTES } from './native/target-hashes.ts';
import type { IndexedEntry, SignatureIndex } from './signature-index.ts';

export type SignedContent = {
  /** Of the entry whose content it is. */
  number: number;
  form: SignedForm;
  isNative: boolean;
  contentLength: number;
  /** Bytes of a block. */
  block: number;
  /** Of its signatures: where they lie behind the index, and their bytes. */
  offset: number;
  length: number;
  /** How many of these bytes are signatures of blocks: hashes of what native code refers to follow. */
  ofBlocks: number;
};

/** By the numbers of the entries: each content in the forms in which it was signed, none where it was not. */
export function signedContents({ entries }: SignatureIndex): SignedContent[][] {
  let offset = 0;
  return entries.map(({ contentLength, isNative, ...entry }, number) =>
    formsOf(entry).map((form) => {
      const count = blockCount(contentLength, form);
      const ofBlocks = count * SIGNATURE_BYTES;
      const hasTargets = form === 'comparable' && isNative;
      const length = ofBlocks + (hasTargets ? count * HASH_BYTES : 0);
      offset += length;
      const block = blockSize(contentLength, form);
      return { number, form, isNative: hasTargets, contentLength, block, offset: offset - length, length, ofBlocks };
    }),
  );
}

function formsOf({ isSigned, isComparable }: Pick<IndexedEntry, 'isSigned' | 'isComparable'>): SignedForm[] {
  return [...(isSigned ? (['asItIs'] as const) : []), ...(isComparable ? (['comparable'] as const) : [])];
}
