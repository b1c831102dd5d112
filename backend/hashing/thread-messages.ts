/** What the hashing threads and their pool tell each other. A thread sees bytes in the clear, and never a key. */

/** Of one stream, in order: its blocks, then its end; or, at any time, that nobody waits for it any more. */
export type ToThread =
  | { stream: number; block: SharedArrayBuffer; length: number }
  | { stream: number; end: true }
  | { stream: number; dropped: true };

/** The oldest block of the stream's was read, and may be filled again; or the digest. */
export type FromThread = { stream: number } | { stream: number; sha256: Uint8Array };
