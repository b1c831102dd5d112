/**
 * The key tree: a root key that this process may only use (it lives elsewhere), a key for each tenant, and below it a data
 * key for each artifact, run and person. All wrapped keys are in the keyring, a store apart from the database and its
 * backups: destroying one erases what it sealed from every backup.
 */

/** Wraps and unwraps tenant keys; the key itself never leaves its home. */
export interface RootKey {
  /** Returns the wrapped key and the id of the root key version that wrapped it. */
  wrap(key: Uint8Array): Promise<{ rootKeyId: string; wrapped: Uint8Array }>;
  unwrap(rootKeyId: string, wrapped: Uint8Array): Promise<Uint8Array>;
}

/** Where wrapped keys are kept: small records under a path of segments, each durable when its call returns. */
export interface KeyringStore {
  /** null when there is none. */
  read(path: readonly string[]): Promise<Uint8Array | null>;
  /** Returns false, and leaves what is there, when the path is taken. */
  create(path: readonly string[], record: Uint8Array): Promise<boolean>;
  /** Replaces atomically. */
  replace(path: readonly string[], record: Uint8Array): Promise<void>;
  /** Overwrites, then removes the record and everything below it; absent is success. */
  destroy(path: readonly string[]): Promise<void>;
  /** The names directly below a path. */
  list(path: readonly string[]): Promise<string[]>;
}

/** A key was destroyed, or never was: what it sealed cannot be read again. */
export class KeyDestroyed extends Error {
  constructor(keyId: string) {
    super(`there is no key ${keyId}`);
    this.name = this.constructor.name;
  }
}

/** Bytes that do not open under this key and context: altered, truncated, swapped, or of another tenant. */
export class SealBroken extends Error {
  constructor(what: string, options?: { cause?: unknown }) {
    super(what, options);
    this.name = this.constructor.name;
  }
}

/** The keys of one tenant. Contexts bind sealed bytes to their place: table, column and row, or blob. */
export interface TenantKeys {
  /** Makes the data key; an existing one is left as it is. `keyId` is the id of an artifact, run, person or project. */
  createDataKey(keyId: string): Promise<void>;
  destroyDataKey(keyId: string): Promise<void>;
  /** Seals a small value. @throws KeyDestroyed */
  seal(keyId: string, context: string, plaintext: Uint8Array | string): Promise<Buffer>;
  /** @throws KeyDestroyed, SealBroken */
  open(keyId: string, context: string, sealed: Uint8Array): Promise<Buffer>;
  /** Seals a stream chunk by chunk with bounded memory: a piece's is used again once the next one is asked for. */
  sealStream(keyId: string, context: string, plaintext: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
  /**
   * Opens a sealed stream; no byte comes out before its chunk's tag was checked, and a truncated stream throws.
   * @param options with `lend`, a piece's memory is used again once the next one is asked for
   * @throws KeyDestroyed, SealBroken
   */
  openStream(
    keyId: string,
    context: string,
    sealed: AsyncIterable<Uint8Array>,
    options?: { lend: boolean },
  ): AsyncIterable<Uint8Array>;
  /**
   * Opens `range` of a sealed blob of `sealedSize` bytes, reading only the chunks that hold it.
   * @throws KeyDestroyed, SealBroken
   */
  openRange(
    keyId: string,
    context: string,
    sealedSize: number,
    range: { offset: number; length: number },
    read: (range: { offset: number; length: number }) => AsyncIterable<Uint8Array>,
  ): AsyncIterable<Uint8Array>;
  /**
   * Opens many ranges of a sealed blob: what stands before its chunks is read and checked once. For one piece of work: a key
   * that is destroyed meanwhile counts from the next opening on. With `lend`, a piece's memory is used again once the next
   * one is asked for.
   * @throws KeyDestroyed, SealBroken
   */
  openRanges(
    keyId: string,
    context: string,
    sealedSize: number,
    read: (range: { offset: number; length: number }) => AsyncIterable<Uint8Array>,
  ): Promise<(range: { offset: number; length: number }, options?: { lend: boolean }) => AsyncIterable<Uint8Array>>;
  /** Bytes of the plaintext that a sealed blob of this many bytes holds. @throws SealBroken */
  plaintextSize(keyId: string, sealedSize: number): number;
  /** HMAC-SHA-256 under the tenant's index key, for equality search on sealed columns; it does not rotate. */
  digest(purpose: string, value: string): Promise<Buffer>;
  /** A secret of the tenant's own, made at first use: the password of its database role. */
  secret(name: string): Promise<string>;
}

/** The whole keyring: the operator's view, for making and destroying tenants. */
export interface Keyring {
  createTenant(tenantId: string): Promise<void>;
  /** Destroys the tenant's key and all data keys below it. */
  destroyTenant(tenantId: string): Promise<void>;
  tenant(tenantId: string): TenantKeys;
}
