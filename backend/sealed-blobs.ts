/** A tenant's blobs, sealed on the way in and opened on the way out: the two doors joined, for the rooms. */
import { type Blobs, BlobsFull, type ByteRange } from './blobs/port.ts';
import type { SealedBlob, SealedBlobs } from './context.ts';
import { DevicelaneError } from './errors.ts';
import { type Check, hashed } from './hashing/sha256.ts';
import type { TenantKeys } from './keys/port.ts';

/** Binds sealed bytes to the name that they are stored under, so that one blob cannot stand in for another. */
const contextOf = (name: string): string => `blob|${name}`;

export function createSealedBlobs(blobs: Blobs, container: string, keys: TenantKeys): SealedBlobs {
  async function open(keyId: string, name: string): Promise<SealedBlob> {
    const sealedSize = await blobs.size(container, name);
    const openRange = await keys.openRanges(keyId, contextOf(name), sealedSize, (range) =>
      blobs.read(container, name, range, { lend: true }),
    );
    return {
      size: keys.plaintextSize(keyId, sealedSize),
      async read(offset, length) {
        const bytes = Buffer.allocUnsafe(length);
        let filled = 0;
        for await (const piece of openRange({ offset, length }, { lend: true })) {
          bytes.set(piece, filled);
          filled += piece.length;
        }
        return bytes;
      },
      pieces: (offset, length) => openRange({ offset, length }, { lend: true }),
    };
  }

  async function write(
    keyId: string,
    name: string,
    source: AsyncIterable<Uint8Array>,
    check?: Check,
    see?: (piece: Uint8Array) => void,
  ): Promise<number> {
    let size = 0;
    async function* counted() {
      for await (const piece of source) {
        size += piece.length;
        see?.(piece);
        yield piece;
      }
    }
    const plaintext = check ? hashed(counted(), check) : counted();
    await blobs.write(container, name, keys.sealStream(keyId, contextOf(name), plaintext)).catch((cause: unknown) => {
      throw cause instanceof BlobsFull ? full(cause) : cause;
    });
    return size;
  }

  function read(keyId: string, name: string, options: { lend: boolean }): AsyncIterable<Uint8Array> {
    return keys.openStream(keyId, contextOf(name), blobs.read(container, name, undefined, { lend: true }), options);
  }

  async function* readAll({ keyId, names }: { keyId: string; names: readonly string[] }): AsyncGenerator<Uint8Array> {
    for (const name of names) yield* read(keyId, name, { lend: true });
  }

  async function* readPart(keyId: string, name: string, range: ByteRange): AsyncGenerator<Uint8Array> {
    const sealedSize = await blobs.size(container, name);
    const openRange = await keys.openRanges(keyId, contextOf(name), sealedSize, (sealed) =>
      blobs.read(container, name, sealed, { lend: true }),
    );
    yield* openRange(range);
  }

  return {
    write,
    join: (from, keyId, name, check, see) => write(keyId, name, readAll(from), check, see),
    read: (keyId, name, range) => (range ? readPart(keyId, name, range) : read(keyId, name, { lend: false })),
    readRange: async (keyId, name, offset, length) => (await open(keyId, name)).read(offset, length),
    open,
    remove: (name) => blobs.remove(container, name),
    names: () => blobs.list(container),
  };
}

function full(cause: BlobsFull): DevicelaneError {
  return new DevicelaneError('unavailable', 'The server has no room left for files: ask who runs it to make some.', {
    cause,
  });
}
