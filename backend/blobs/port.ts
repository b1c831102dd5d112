/** A store of sealed bytes. Names are opaque and ours; a blob is written once and never changed. */

export type ByteRange = { offset: number; length: number };
export type BlobEntry = { name: string; size: number; modifiedAt: Date };
/** What a store still holds of what was removed or never finished, and shows nobody. */
export type Remains = {
  name: string;
  what: 'unfinished' | 'version' | 'snapshot' | 'deleted blob' | 'deleted container';
};

export interface Blobs {
  /** Makes a tenant's container; an existing one is left as it is. */
  createContainer(container: string): Promise<void>;
  /** Removes a container with all that it holds; an absent one is success. */
  removeContainer(container: string): Promise<void>;
  /**
   * Writes a whole blob: visible only once complete and durable. When the source fails, nothing can be seen of it. A source
   * may use a piece's memory again once it is asked for the next.
   * @throws BlobExists when the name is taken, BlobsFull
   * @returns bytes written
   */
  write(container: string, name: string, source: AsyncIterable<Uint8Array>): Promise<number>;
  /**
   * All bytes or an error, never fewer.
   * @param options with `lend`, the store may use a piece's memory again once it is asked for the next
   * @throws BlobNotFound
   */
  read(container: string, name: string, range?: ByteRange, options?: { lend: boolean }): AsyncIterable<Uint8Array>;
  /** In bytes. @throws BlobNotFound */
  size(container: string, name: string): Promise<number>;
  /** Removes a blob durably, with every copy that the store made of it by itself; an absent one is success. */
  remove(container: string, name: string): Promise<void>;
  list(container: string): AsyncIterable<BlobEntry>;
  /** Also of a container that was removed itself. */
  remains(container: string): AsyncIterable<Remains>;
}

export class BlobNotFound extends Error {
  constructor(name: string, options?: { cause?: unknown }) {
    super(`no blob ${name}`, options);
    this.name = this.constructor.name;
  }
}

export class BlobExists extends Error {
  constructor(name: string, options?: { cause?: unknown }) {
    super(`blob ${name} exists`, options);
    this.name = this.constructor.name;
  }
}

/** There is no room for the blob; nothing of it was kept. */
export class BlobsFull extends Error {
  constructor(options?: { cause?: unknown }) {
    super('the store of blobs is full', options);
    this.name = this.constructor.name;
  }
}
/** The store did not do what it was asked. It has no cause: what a vendor throws may hold a signature or a key. */
export class BlobStoreFailed extends Error {
  constructor(message: string) {
    super(message);
    this.name = this.constructor.name;
  }
}

/** @throws RangeError when the range is not inside a blob of that many bytes */
export function checkRange({ offset, length }: ByteRange, size: number): void {
  const end = offset + length;
  if (!Number.isSafeInteger(offset) || !Number.isSafeInteger(length) || offset < 0 || length < 0 || end > size) {
    throw new RangeError(`the range ${offset}+${length} is not inside a blob of ${size} bytes`);
  }
}
