/** What a build file may cost us before we stop reading it. Sizes are in bytes. */

const KIB = 1024;
const MIB = 1024 * KIB;
const GIB = 1024 * MIB;

export const ZIP_LIMITS = {
  /** The central directory: a long name for each of many entries would fill the memory by itself. */
  directory: 16 * MIB,
  /** Each costs about a kilobyte of memory while the file is read. Only zip64 can count past 65,535. */
  entries: 100_000,
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
  /** All dex files together: a test APK's are a few MiB. */
  code: 48 * MIB,
  signingBlock: 8 * MIB,
  signatureFile: 16 * MIB,
  signers: 10,
} as const;

/** A bundle's tables; their sizes are those of an APK's. */
export const PROTO_LIMITS = {
  types: 10_000,
  entries: 65_536,
  /** Values that a resource has for different devices. */
  configurations: 256,
} as const;

export const BUNDLE_LIMITS = {
  modules: 200,
  /** Of all modules together. */
  manifests: 8 * MIB,
} as const;

export const ICON_LIMITS = {
  bytes: 64 * KIB,
  /** Of a side: a small file can spell a picture that fills the memory of whoever looks at it. */
  pixels: 1024,
  /** How many of an app's icons are tried. */
  tried: 6,
} as const;

export const PLIST_LIMITS = {
  bytes: 2 * MIB,
  values: 50_000,
  depth: 64,
} as const;

export const PROFILE_BYTES = MIB;

export const TESTS_LIMITS = {
  /** `.xctestrun` files, and targets in all of them. */
  testRuns: 5,
  targets: 200,
  flows: 500,
  /** Of one flow, and of the section before its steps. */
  flowBytes: 256 * KIB,
  frontBytes: 32 * KIB,
  /** Of all flows together. */
  flowsBytes: 16 * MIB,
  tags: 50,
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
