/** The contents of which the blocks were signed, and where their signatures lie. */
import { blockCount, blockSize, SIGNATURE_BYTES, type SignedForm } from './block-signatures.ts';
import type { IndexedEntry, SignatureIndex } from './signature-index.ts';

export type SignedContent = {
  /** Of the entry whose content it is. */
  number: number;
  form: SignedForm;
  contentLength: number;
  /** Bytes of a block. */
  block: number;
  /** Of its signatures: where they lie behind the index, and their bytes. */
  offset: number;
  length: number;
};

/** By the numbers of the entries: each content in the forms in which it was signed, none where it was not. */
export function signedContents({ entries }: SignatureIndex): SignedContent[][] {
  let offset = 0;
  return entries.map(({ contentLength, ...entry }, number) =>
    formsOf(entry).map((form) => {
      const length = blockCount(contentLength, form) * SIGNATURE_BYTES;
      offset += length;
      return { number, form, contentLength, block: blockSize(contentLength, form), offset: offset - length, length };
    }),
  );
}

function formsOf({ isSigned, isComparable }: Pick<IndexedEntry, 'isSigned' | 'isComparable'>): SignedForm[] {
  return [...(isSigned ? (['asItIs'] as const) : []), ...(isComparable ? (['comparable'] as const) : [])];
}
