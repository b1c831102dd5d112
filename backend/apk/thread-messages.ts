import type { BuildFacts } from './build-facts.ts';

export type ToThread =
  /** Of the file that is to be read, and what is asked of it. */
  | { size: number; wanted: 'facts' | 'classes'; shared?: SharedArrayBuffer | undefined }
  /** null: the source failed; the backend knows why. */
  | { id: number; bytes: Uint8Array<ArrayBuffer> | null };

export type FromThread =
  | { read: { id: number; offset: number; length: number } }
  | { facts: BuildFacts }
  | { classes: string[] }
  | { refusal: string };
