/**
 * Makes the difference between a file and the earlier artifact that the server offers. Loaded only when there is one: it
 * brings a deflate of its own.
 */
import { MAX_PART_SIZE, type OpenedUpload } from '../../backend/contract/artifacts.ts';
import { SIGNATURE_BYTES } from '../../backend/contract/delta/block-signatures.ts';
import { Malformed } from '../../backend/contract/delta/bytes.ts';
import type { LaterFile } from '../../backend/contract/delta/later-file.ts';
import { SAMPLE_BYTES, type Sample, sampleStart } from '../../backend/contract/delta/likeness.ts';
import { decodeIndex, indexLength, LENGTH_BYTES } from '../../backend/contract/delta/signature-index.ts';
import type { SignedContent } from '../../backend/contract/delta/signed-contents.ts';
import { writeDifference } from '../../backend/contract/delta/write-difference.ts';
import type { BuildFile } from './build-file.ts';
import type { Credential } from './credential.ts';
import { BrokenError, RefusedError } from './errors.ts';
import { request, type Wire } from './request.ts';

export type Source = {
  wire: Wire;
  credential: Credential;
  file: BuildFile;
  id: string;
  /** Null for a file that cannot be taken apart. */
  apart: Promise<LaterFile | null>;
};

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
    const later = await source.apart;
    if (!later) return null;
    const start =
      prior.index === undefined
        ? await link.read(0, Math.min(FIRST_READ, prior.signatures))
        : Buffer.from(prior.index, 'base64');
    const end = LENGTH_BYTES + indexLength(start);
    const rest = end > start.length ? await link.read(start.length, end - start.length) : Buffer.alloc(0);
    await later.stop();
    const index = await decodeIndex(Buffer.concat([start, rest]).subarray(LENGTH_BYTES, end), prior.size);
    return await writeDifference(
      later,
      { index, ...newSignatures(link, { offset: end, bytes: start.subarray(end) }, prior.signatures) },
      { most: file.size - link.received(), rate: () => source.wire.line.rate() },
    );
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

type Known = { offset: number; bytes: Buffer };

/** The block signatures, which lie one content's after the other's from where `start` begins. */
function newSignatures(link: Link, start: Known, end: number) {
  /** What was read with the index, and what was sampled: it is not asked for again. */
  const known = [start];

  async function read(offset: number, length: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    let at = offset;
    for (const piece of known.toSorted((a, b) => a.offset - b.offset)) {
      const from = Math.max(at, piece.offset);
      const to = Math.min(offset + length, piece.offset + piece.bytes.length);
      if (from >= to) continue;
      pieces.push(await link.read(at, from - at), piece.bytes.subarray(from - piece.offset, to - piece.offset));
      at = to;
    }
    pieces.push(await link.read(at, offset + length - at));
    const bytes = Buffer.concat(pieces);
    if (bytes.length !== length) throw new Malformed('the signatures are cut off');
    return bytes;
  }

  return {
    async sample(signed: SignedContent): Promise<Sample> {
      const skipped = sampleStart(signed.ofBlocks);
      const offset = start.offset + signed.offset + skipped;
      // Beyond the content's own, where those are few: the line's speed is told from many.
      const bytes = await read(offset, Math.min(SAMPLE_BYTES, end - offset));
      known.push({ offset, bytes });
      return { first: skipped / SIGNATURE_BYTES, signatures: bytes.subarray(0, signed.ofBlocks - skipped) };
    },
    async fetch(wanted: readonly SignedContent[]): Promise<Map<SignedContent, Buffer>> {
      const signatures = new Map<SignedContent, Buffer>();
      for (const group of near(wanted)) {
        const [first, last] = [group[0] as SignedContent, group.at(-1) as SignedContent];
        const bytes = await read(start.offset + first.offset, last.offset + last.length - first.offset);
        for (const signed of group) {
          const from = signed.offset - first.offset;
          signatures.set(signed, bytes.subarray(from, from + signed.length));
        }
      }
      return signatures;
    },
  };
}

/** Contents in their order, those together whose signatures are fetched at once. */
function near(wanted: readonly SignedContent[]): SignedContent[][] {
  const groups: SignedContent[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const signed of wanted) {
    if (signed.offset - end <= NEAR) groups.at(-1)?.push(signed);
    else groups.push([signed]);
    end = signed.offset + signed.length;
  }
  return groups;
}
