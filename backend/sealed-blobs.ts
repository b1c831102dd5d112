/** A tenant's blobs, sealed on the way in and opened on the way out: the two doors joined, for the rooms. */
import type { Blobs, ByteRange } from './blobs/port.ts';
import type { SealedBlobs } from './context.ts';
import type { TenantKeys } from './keys/port.ts';

/** Binds sealed bytes to the name that they are stored under, so that one blob cannot stand in for another. */
const contextOf = (name: string): string => `blob|${name}`;

/** Every range of a blob begins with a look at its first bytes, which are at most so many. */
const HEAD_BYTES = 1024;

export function createSealedBlobs(blobs: Blobs, container: string, keys: TenantKeys): SealedBlobs {
  // A blob never changes: what its ranges have in common is asked for once, which a store far away makes felt.
  const sizes = new Map<string, Promise<number>>();
  const heads = new Map<string, Promise<Uint8Array[]>>();
  const sizeOf = (name: string): Promise<number> => remember(sizes, name, () => blobs.size(container, name));
  async function* readSealed(name: string, range: ByteRange): AsyncGenerator<Uint8Array> {
    const isHead = range.offset === 0 && range.length <= HEAD_BYTES;
    if (isHead) yield* await remember(heads, name, () => collect(blobs.read(container, name, range)));
    else yield* blobs.read(container, name, range);
  }
  async function* readOpened(keyId: string, name: string, range: ByteRange): AsyncGenerator<Uint8Array> {
    const read = (sealed: ByteRange) => readSealed(name, sealed);
    yield* keys.openRange(keyId, contextOf(name), await sizeOf(name), range, read);
  }
  return {
    async write(keyId, name, source) {
      let size = 0;
      async function* counted() {
        for await (const chunk of source) {
          size += chunk.byteLength;
          yield chunk;
        }
      }
      await blobs.write(container, name, keys.sealStream(keyId, contextOf(name), counted()));
      return size;
    },
    read: (keyId, name, range) =>
      range ? readOpened(keyId, name, range) : keys.openStream(keyId, contextOf(name), blobs.read(container, name)),
    async readRange(keyId, name, offset, length) {
      return Buffer.concat(await collect(readOpened(keyId, name, { offset, length })));
    },
    remove: (name) => blobs.remove(container, name),
    names: () => blobs.list(container),
  };
}

/** What failed is not remembered. */
function remember<T>(known: Map<string, Promise<T>>, name: string, find: () => Promise<T>): Promise<T> {
  const before = known.get(name);
  if (before) return before;
  const found = find();
  known.set(name, found);
  found.catch(() => known.delete(name));
  return found;
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const found: Uint8Array[] = [];
  for await (const piece of pieces) found.push(piece);
  return found;
}
