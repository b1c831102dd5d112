/** A tenant's blobs, sealed on the way in and opened on the way out: the two doors joined, for the rooms. */
import { type Blobs, BlobsFull } from './blobs/port.ts';
import type { SealedBlobs } from './context.ts';
import { DevicelaneError } from './errors.ts';
import type { TenantKeys } from './keys/port.ts';

/** Binds sealed bytes to the name that they are stored under, so that one blob cannot stand in for another. */
const contextOf = (name: string): string => `blob|${name}`;

export function createSealedBlobs(blobs: Blobs, container: string, keys: TenantKeys): SealedBlobs {
  return {
    async write(keyId, name, source) {
      let size = 0;
      async function* counted() {
        for await (const chunk of source) {
          size += chunk.byteLength;
          yield chunk;
        }
      }
      const sealed = keys.sealStream(keyId, contextOf(name), counted());
      await blobs.write(container, name, sealed).catch((cause: unknown) => {
        throw cause instanceof BlobsFull ? full(cause) : cause;
      });
      return size;
    },
    read: (keyId, name) => keys.openStream(keyId, contextOf(name), blobs.read(container, name)),
    async readRange(keyId, name, offset, length) {
      const sealedSize = await blobs.size(container, name);
      const chunks: Uint8Array[] = [];
      const ranges = keys.openRange(keyId, contextOf(name), sealedSize, { offset, length }, (range) =>
        blobs.read(container, name, range),
      );
      for await (const chunk of ranges) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
    remove: (name) => blobs.remove(container, name),
    names: () => blobs.list(container),
  };
}

function full(cause: BlobsFull): DevicelaneError {
  return new DevicelaneError('unavailable', 'The server has no room left for files: ask who runs it to make some.', {
    cause,
  });
}
