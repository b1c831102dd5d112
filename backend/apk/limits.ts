/** What a build file may cost us before we stop reading it. Sizes are in bytes. */

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

export const ZIP_LIMITS = {
  /** The central directory: a long name for each of many entries would fill the memory by itself. */
  directory: 16 * MIB,
  entry: GIB,
  total: 8 * GIB,
  /** Above this inflated size an entry's ratio counts; small files of zeros are common and harmless. */
  ratioFloor: MIB,
  ratio: 200,
  /** All entries together against the file's own size. */
  totalRatio: 20,
  totalRatioFloor: 64 * MIB,
} as const;

export const APK_LIMITS = {
  manifest: 4 * MIB,
  /** A larger resource table is left unread: references in the manifest then stay unresolved. */
  resources: 24 * MIB,
  networkSecurityConfig: MIB,
  signingBlock: 8 * MIB,
  signatureFile: 16 * MIB,
  signers: 10,
} as const;

export const XML_LIMITS = {
  elements: 20_000,
  attributes: 100_000,
  depth: 64,
  strings: 200_000,
  /** Strings of a pool share bytes, so a small pool can spell a large text. */
  textBytes: 16 * MIB,
  /** The manifest as readable text. */
  rendered: 2 * MIB,
} as const;

export const THREAD_LIMITS = {
  maxOldGenerationSizeMb: 96,
  maxYoungGenerationSizeMb: 16,
  stackSizeMb: 4,
  /** Milliseconds, to which the time to read and hash the file is added. */
  timeoutMs: 10_000,
  bytesPerMs: 64 * KIB,
  atOnce: 2,
} as const;
