/** What a difference may cost the two sides that work on it; what would cost more goes whole. Sizes are in bytes. */

const MIB = 1024 * 1024;

export const DELTA_LIMITS = {
  /** Smaller files go whole: the questions would cost more than the answer saves. */
  smallestFile: 64 * 1024,
  entries: 200_000,
  /** The zip's directory, which is held in memory. */
  directory: 16 * MIB,
  /** What stands before one entry's data: the local header, padding, a data descriptor. */
  gap: 4 * MIB,
  /** What stands between the last entry and the directory: an APK's signing block. And what follows the directory. */
  tail: 8 * MIB,
  /** An entry's inflated content, which is held in memory; a larger one is copied whole or sent as it is. */
  content: 256 * MIB,
  /** Code that is walked through, reference by reference, and held in memory in three forms. */
  code: 32 * MIB,
  /** All contents of a file that are deflated again: about a minute of a core, so that a difference is no bomb. */
  deflated: 512 * MIB,
  /** Copies in one entry. */
  copies: 1_000_000,
  /** A difference before it is compressed, which the client holds in memory. */
  difference: 256 * MIB,
  /** The index of the signatures, compressed and not. */
  index: 16 * MIB,
  /** All block signatures of a file. */
  signatures: 32 * MIB,
} as const;
