/** Makes differences and rebuilds from them, in memory, as the two sides do over the wire. */
import { Readable } from 'node:stream';
import { createZstdDecompress } from 'node:zlib';
import { SIGNATURE_BYTES } from '../contract/delta/block-signatures.ts';
import type { ByteSource } from '../contract/delta/bytes.ts';
import { EarlierFile } from '../contract/delta/earlier-file.ts';
import { LaterFile } from '../contract/delta/later-file.ts';
import { SAMPLE_BYTES, sampleStart } from '../contract/delta/likeness.ts';
import { Rebuild } from '../contract/delta/rebuild.ts';
import { signFile } from '../contract/delta/sign-file.ts';
import { decodeIndex, indexLength, LENGTH_BYTES } from '../contract/delta/signature-index.ts';
import type { SignedContent } from '../contract/delta/signed-contents.ts';
import { StreamReader } from '../contract/delta/stream-reader.ts';
import { type Earlier, writeDifference } from '../contract/delta/write-difference.ts';

export function sourceOf(bytes: Uint8Array): ByteSource {
  return { size: bytes.length, read: async (offset, length) => bytes.subarray(offset, offset + length) };
}

/** What a client knows, and how many bytes of the signatures it has read for it so far. */
export type Signed = Earlier & { received: number };

/** The signatures as a client has them; null for a file that has none. */
export async function signed(source: ByteSource): Promise<Signed | null> {
  const pieces = await signFile(source);
  if (!pieces) return null;
  const all = Buffer.concat(pieces);
  const start = LENGTH_BYTES + indexLength(all);
  const index = await decodeIndex(all.subarray(LENGTH_BYTES, start), source.size);
  const signaturesOf = ({ offset, length }: SignedContent) => all.subarray(start + offset, start + offset + length);
  const sampled = new Map<number, number>();
  const made: Signed = {
    index,
    received: start,
    async fetch(wanted) {
      for (const { offset, length } of wanted) made.received += length - (sampled.get(offset) ?? 0);
      return new Map(wanted.map((each) => [each, signaturesOf(each)]));
    },
    async sample(wanted) {
      const first = sampleStart(wanted.ofBlocks);
      const signatures = signaturesOf(wanted).subarray(first, Math.min(first + SAMPLE_BYTES, wanted.ofBlocks));
      sampled.set(wanted.offset, signatures.length);
      made.received += signatures.length;
      return { first: first / SIGNATURE_BYTES, signatures };
    },
  };
  return made;
}

/** The difference between two files, where only bytes count; null where the later one goes whole. */
export async function difference(earlier: Uint8Array, later: Uint8Array): Promise<Buffer | null> {
  const signatures = await signed(sourceOf(earlier));
  const file = await LaterFile.open(sourceOf(later));
  const wanted = { most: Number.POSITIVE_INFINITY, rate: () => null };
  return signatures && file && writeDifference(file, signatures, wanted);
}

/** The file that comes of a difference, in its zstd frame, to the earlier one. */
export async function rebuilt(earlier: Uint8Array, frame: Uint8Array, size: number): Promise<Buffer> {
  const { index } = (await signed(sourceOf(earlier))) as Signed;
  const reader = new StreamReader(Readable.from([frame]).pipe(createZstdDecompress()));
  const pieces: Uint8Array[] = [];
  for await (const piece of new Rebuild(new EarlierFile(sourceOf(earlier), index), reader, size).pieces()) {
    pieces.push(Buffer.from(piece));
  }
  return Buffer.concat(pieces);
}
