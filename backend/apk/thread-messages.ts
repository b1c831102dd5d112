import type { BuildFacts } from './build-facts.ts';

/** null: the source failed; the backend knows why. */
export type ToThread = { id: number; bytes: Uint8Array<ArrayBuffer> | null };

export type FromThread =
  | { read: { id: number; offset: number; length: number } }
  | { facts: BuildFacts }
  | { refusal: string };
