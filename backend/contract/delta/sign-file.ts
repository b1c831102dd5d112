/** Makes the signatures of a stored file, from which a client finds what it need not send again. */
import { createHash } from 'node:crypto';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInflateRaw, inflateRawSync } from 'node:zlib';
import {
  BlockSigner,
  blockCount,
  blockSize,
  SIGNATURE_BYTES,
  type SignedForm,
  signComparable,
} from './block-signatures.ts';
import type { ByteSource } from './bytes.ts';
import { type Comparable, comparableForm } from './comparable.ts';
import { DELTA_LIMITS } from './limits.ts';
import { HASH_BYTES, targetHashes } from './native/target-hashes.ts';
import {
  DATA_DIGEST_BYTES,
  HEAD_DIGEST_BYTES,
  NAME_DIGEST_BYTES,
  shortDigest,
  TAIL_DIGEST_BYTES,
} from './short-digest.ts';
import { encodeIndex, type IndexedEntry } from './signature-index.ts';
import { DEFLATED, type LayoutEntry, readLayout, shiftRecord } from './zip-layout.ts';

const PIECE = 256 * 1024;
/** Up to this size it is cheaper to inflate at once than to set up a stream. */
const AT_ONCE = 64 * 1024;
/** By its name: not every content has to be held in memory to see what it is. What Apple runs has mostly none behind a dot. */
const CODE = /\.(?:dex|so|dylib)$|\.(?:app|appex|framework|bundle|xctest)\/(?:Versions\/\w+\/)?[^/.]+$/i;

/** The signatures in pieces; null for a file that no difference can be made to. Holds at most the signatures in memory. */
export async function signFile(source: ByteSource): Promise<Buffer[] | null> {
  const layout = await readLayout(source);
  if (!layout) return null;
  const signatures: Buffer[] = [];
  let total = 0;
  const entries: IndexedEntry[] = [];
  for (const entry of layout.entries) {
    const contentLength = entry.method === DEFLATED ? entry.contentLength : entry.dataLength;
    const isRoomFor = (form: SignedForm, bytes: number) =>
      total + blockCount(contentLength, form) * bytes <= DELTA_LIMITS.signatures;
    const worthIt = contentLength <= DELTA_LIMITS.content && isRoomFor('asItIs', SIGNATURE_BYTES);
    const { digest, signed, code } = await readData(source, entry, worthIt ? contentLength : 0);
    if (signed) total += signed.length;
    const isRoom = isRoomFor('comparable', SIGNATURE_BYTES + HASH_BYTES);
    const form = code && isRoom ? await comparableForm(code) : null;
    const ofForm = form ? await signForm(form) : [];
    total += ofForm.reduce((sum, { length }) => sum + length, 0);
    signatures.push(...(signed ? [signed] : []), ...ofForm);
    const gap = await source.read(entry.gapOffset, entry.dataOffset - entry.gapOffset);
    entries.push({
      gapLength: gap.length,
      dataLength: entry.dataLength,
      isDeflated: entry.method === DEFLATED,
      contentLength,
      recordLength: entry.record.length,
      position: entry.position,
      dataDigest: digest,
      headDigest: shortDigest(HEAD_DIGEST_BYTES, gap, shiftRecord(entry.record, -entry.gapOffset)),
      nameDigest: shortDigest(NAME_DIGEST_BYTES, entry.name),
      isSigned: signed !== null,
      isComparable: form !== null,
      isNative: form?.references !== undefined,
    });
  }
  const middle = await source.read(layout.dataEnd, layout.directoryOffset - layout.dataEnd);
  const end = await source.read(layout.directoryEnd, source.size - layout.directoryEnd);
  const index = await encodeIndex({
    entries,
    middleLength: middle.length,
    middleDigest: shortDigest(TAIL_DIGEST_BYTES, middle),
    endLength: end.length,
    endDigest: shortDigest(TAIL_DIGEST_BYTES, end),
  });
  return [index, ...signatures];
}

async function signForm(form: Comparable): Promise<Buffer[]> {
  const { bytes, references } = form;
  const hashes = references && targetHashes(references, bytes.length, blockSize(bytes.length, 'comparable'));
  return [await signComparable(form), ...(hashes ? [hashes] : [])];
}

/**
 * The entry's digest and, for a content of this length, its block signatures; none where it is not what it declares. With them
 * the content of code.
 */
async function readData(source: ByteSource, entry: LayoutEntry, contentLength: number) {
  const hash = createHash('sha256');
  async function* data() {
    for (let at = 0; at < entry.dataLength; at += PIECE) {
      const piece = await source.read(entry.dataOffset + at, Math.min(PIECE, entry.dataLength - at));
      hash.update(piece);
      yield piece;
    }
  }
  const isCode = CODE.test(entry.name.toString('latin1')) && contentLength <= DELTA_LIMITS.code;
  const held = isCode ? Buffer.alloc(contentLength) : null;
  const signed = blockSize(contentLength) === 0 ? null : await signContent(data, entry, contentLength, held);
  // What was not signed, or only in part, is hashed all the same.
  if (signed === null) {
    const again = createHash('sha256');
    for await (const piece of data()) again.update(piece);
    return { digest: again.digest().subarray(0, DATA_DIGEST_BYTES), signed, code: null };
  }
  return { digest: hash.digest().subarray(0, DATA_DIGEST_BYTES), signed, code: held };
}

async function signContent(
  data: () => AsyncGenerator<Uint8Array>,
  entry: LayoutEntry,
  contentLength: number,
  held: Buffer | null,
): Promise<Buffer | null> {
  const signer = new BlockSigner(contentLength);
  let length = 0;
  const push = (piece: Uint8Array) => {
    held?.set(piece.subarray(0, Math.max(0, contentLength - length)), Math.min(length, contentLength));
    length += piece.length;
    signer.push(piece);
  };
  try {
    if (entry.method !== DEFLATED) for await (const piece of data()) push(piece);
    else if (Math.max(entry.dataLength, contentLength) <= AT_ONCE) {
      for await (const piece of data()) push(inflateRawSync(piece, { maxOutputLength: AT_ONCE }));
    } else {
      const sink = new Writable({
        write(piece: Buffer, _encoding, done) {
          push(piece);
          done(length > contentLength ? new RangeError('the content is longer than declared') : null);
        },
      });
      await pipeline(Readable.from(data(), { objectMode: true, highWaterMark: 1 }), createInflateRaw(), sink);
    }
  } catch (error) {
    if (isBadContent(error)) return null;
    throw error;
  }
  return length === contentLength ? signer.finish() : null;
}

/** The fault is the file's, not that of the store that it is read from. */
function isBadContent(error: unknown): boolean {
  const { name, code } = error as { name?: string; code?: string };
  return name === 'RangeError' || /^(Z_|ERR_BUFFER_TOO_LARGE)/.test(code ?? '');
}
