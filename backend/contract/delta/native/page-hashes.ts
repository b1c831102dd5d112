/**
 * The hashes of a signed program's pages: they change with every byte, and each side can make them itself.
 * Source: https://github.com/apple-oss-distributions/xnu/blob/main/osfmk/kern/cs_blobs.h
 */
import { createHash } from 'node:crypto';
import type { PageHashes } from './layout.ts';

/** Numbers in a signature have their big end first. */
const BLOB = { all: 0xfade0cc0, code: 0xfade0c02 } as const;
const SHA256 = 2;
export const PAGE_HASH_BYTES = 32;
/** More than a program has of them; and the sizes of pages, as powers of two. */
const MOST_BLOBS = 8;
const PAGE = { least: 12, most: 16 } as const;

/** Where the signature has the hashes of pages by SHA-256. @throws RangeError for one that is cut off */
export function pageHashesOf(view: DataView, signature: number): PageHashes[] {
  if (view.getUint32(signature) !== BLOB.all) return [];
  const found: PageHashes[] = [];
  const count = Math.min(MOST_BLOBS, view.getUint32(signature + 8));
  for (let blob = 0; blob < count; blob++) {
    const at = signature + view.getUint32(signature + 16 + 8 * blob);
    if (view.getUint32(at) !== BLOB.code) continue;
    const page = view.getUint8(at + 39);
    if (view.getUint8(at + 37) !== SHA256 || view.getUint8(at + 36) !== PAGE_HASH_BYTES) continue;
    if (page < PAGE.least || page > PAGE.most) continue;
    const hashes = {
      offset: at + view.getUint32(at + 16),
      count: view.getUint32(at + 28),
      pageBytes: 2 ** page,
      end: view.getUint32(at + 32),
    };
    const isWithin = hashes.offset + hashes.count * PAGE_HASH_BYTES <= view.byteLength && hashes.end <= signature;
    if (isWithin) found.push(hashes);
  }
  return found;
}

/** The hash that belongs at this place; null where none does. */
export function pageHash(bytes: Uint8Array, all: readonly PageHashes[], at: number): Buffer | null {
  const hashes = all.find(({ offset, count }) => at >= offset && at < offset + count * PAGE_HASH_BYTES);
  const page = hashes ? (at - hashes.offset) / PAGE_HASH_BYTES : 0.5;
  if (!hashes || !Number.isInteger(page)) return null;
  const start = page * hashes.pageBytes;
  if (start >= hashes.end) return null;
  return createHash('sha256')
    .update(bytes.subarray(start, Math.min(start + hashes.pageBytes, hashes.end)))
    .digest();
}
