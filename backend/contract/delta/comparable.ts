/** Contents in a form in which two builds can be compared: code, in which one thing more moves all others. */
import { dexForm } from './dex/form.ts';
import { nativeForm } from './native/form.ts';
import type { References } from './native/references.ts';

/** As many bytes as the content, for its blocks to be signed. */
export type Comparable = {
  /** With what does not change in place of the references. */
  bytes: Uint8Array;
  /** With something else there: a reference may be too short for enough bits to tell it by. */
  confirming: Uint8Array;
  /** 1 for each byte of a reference but its first: there it must not be cut. */
  isInside: Uint8Array;
  /** Of native code, what its references are to: that is not in the form. */
  references?: References;
};

/** Null for what is no code, or none that can be walked through. */
export async function comparableForm(content: Uint8Array): Promise<Comparable | null> {
  return (await dexForm(content)) ?? (await nativeForm(content));
}
