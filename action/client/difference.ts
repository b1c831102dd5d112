/**
 * Makes the difference between a file and the earlier artifact that the server offers. Loaded only when there is one: it
 * brings a deflate of its own.
 */
import { MAX_PART_SIZE, type OpenedUpload } from '../../backend/contract/artifacts.ts';
import { Malformed } from '../../backend/contract/delta/bytes.ts';
import {
  decodeIndex,
  indexLength,
  LENGTH_BYTES,
  type SignatureIndex,
  signatureLength,
} from '../../backend/contract/delta/signature-index.ts';
import { writeDifference } from '../../backend/contract/delta/write-difference.ts';
import type { BuildFile } from './build-file.ts';
import type { Credential } from './credential.ts';
import { BrokenError, RefusedError } from './errors.ts';
import { readAhead } from './read-ahead.ts';
import { request, type Wire } from './request.ts';

export type Source = { wire: Wire; credential: Credential; file: BuildFile; id: string };

/** Enough for most indexes that the offer is without. */
const FIRST_READ = 64 * 1024;
/** Signatures that lie this near to each other are fetched at once: the bytes between cost less than another question. */
const NEAR = 32 * 1024;
/**
 * The difference, ready to be sent; null where the whole file is cheaper, or nothing can be learned of the earlier one.
 *
 * @param prior bytes of the earlier artifact and of its signatures, and the index that those begin with, if it came along
 */
export async function makeDifference(
  source: Source,
  prior: NonNullable<OpenedUpload['prior']>,
): Promise<Buffer | null> {
  const { file } = source;
  const link = newLink(source);
  try {
    const start =
      prior.index === undefined
        ? await link.read(0, Math.min(FIRST_READ, prior.signatures))
        : Buffer.from(prior.index, 'base64');
    const end = LENGTH_BYTES + indexLength(start);
    const rest = end > start.length ? await link.read(start.length, end - start.length) : Buffer.alloc(0);
    const index = await decodeIndex(Buffer.concat([start, rest]).subarray(LENGTH_BYTES, end), prior.size);
    const fetchSignatures = (numbers: readonly number[]) => fetchAll(link, index, end, numbers);
    return await writeDifference(readAhead(file), index, fetchSignatures, {
      most: file.size - link.received(),
      rate: () => source.wire.line.rate(),
    });
  } catch (error) {
    // Whatever is wrong with the offer, the whole file needs none of it.
    if (error instanceof Malformed || error instanceof RefusedError || error instanceof BrokenError) return null;
    throw error;
  }
}

type Link = {
  read(offset: number, length: number): Promise<Buffer>;
  /** Bytes so far. */
  received(): number;
};

function newLink({ wire, credential, file, id }: Source): Link {
  let received = 0;
  async function readOnce(offset: number, length: number): Promise<Buffer> {
    const call = {
      what: `reading what the server has of an earlier ${file.name}`,
      method: 'GET' as const,
      path: `/v1/artifacts/${id}/prior`,
      headers: { range: `bytes=${offset}-${offset + length - 1}` },
      credential,
      input: file.input,
    };
    const bytes = await request(wire, call, async ({ chunks }) => {
      const pieces: Uint8Array[] = [];
      let left = length;
      for await (const chunk of chunks) {
        left -= chunk.length;
        if (left < 0) throw new Malformed('more came than was asked for');
        pieces.push(chunk);
      }
      return Buffer.concat(pieces);
    });
    received += bytes.length;
    return bytes;
  }
  return {
    received: () => received,
    async read(offset, length) {
      const pieces: Buffer[] = [];
      for (let at = 0; at < length; at += MAX_PART_SIZE) {
        pieces.push(await readOnce(offset + at, Math.min(MAX_PART_SIZE, length - at)));
      }
      return Buffer.concat(pieces);
    },
  };
}

/** The block signatures of these entries, which lie one after the other behind the index. */
async function fetchAll(link: Link, index: SignatureIndex, start: number, numbers: readonly number[]) {
  const wanted = new Set(numbers);
  const places: { number: number; offset: number; length: number }[] = [];
  let offset = start;
  for (const [number, entry] of index.entries.entries()) {
    const length = signatureLength(entry);
    if (wanted.has(number) && length > 0) places.push({ number, offset, length });
    offset += length;
  }
  const signatures = new Map<number, Buffer>();
  for (let at = 0; at < places.length; ) {
    const first = places[at] as (typeof places)[number];
    let end = first.offset + first.length;
    let next = at + 1;
    for (; next < places.length && (places[next]?.offset ?? 0) - end <= NEAR; next++) {
      end = (places[next]?.offset ?? 0) + (places[next]?.length ?? 0);
    }
    const bytes = await link.read(first.offset, end - first.offset);
    if (bytes.length !== end - first.offset) throw new Malformed('the signatures are cut off');
    for (const place of places.slice(at, next)) {
      const from = place.offset - first.offset;
      signatures.set(place.number, bytes.subarray(from, from + place.length));
    }
    at = next;
  }
  return signatures;
}
