/** The earlier file, taken apart by its index: its entries, their contents and their records in the directory. */
import { type ByteSource, Malformed } from './bytes.ts';
import { inflateContent } from './inflate-content.ts';
import { DELTA_LIMITS } from './limits.ts';
import type { IndexedEntry, SignatureIndex } from './signature-index.ts';

const PIECE = 256 * 1024;

export type PlacedEntry = IndexedEntry & { gapOffset: number; dataOffset: number; recordOffset: number };

/** Where a piece of the file lies. */
export type Place = { offset: number; length: number };

export class EarlierFile {
  readonly entries: readonly PlacedEntry[];
  /** Between the last entry and the directory, and after the directory. */
  readonly middle: Place;
  readonly end: Place;
  readonly #source: ByteSource;
  #directory: Promise<Uint8Array> | null = null;

  constructor(source: ByteSource, index: SignatureIndex) {
    this.#source = source;
    this.entries = placeEntries(index.entries);
    const last = this.entries.at(-1);
    const dataEnd = last ? last.dataOffset + last.dataLength : 0;
    this.middle = { offset: dataEnd, length: index.middleLength };
    this.end = { offset: source.size - index.endLength, length: index.endLength };
  }

  /** @throws Malformed when there is no such entry */
  entry(number: number): PlacedEntry {
    const entry = this.entries[number];
    if (!entry) throw new Malformed(`the earlier file has no entry ${number}`);
    return entry;
  }

  /** A piece's memory may be used again once the next one is asked for. */
  async *read({ offset, length }: Place): AsyncGenerator<Uint8Array> {
    if (offset < 0 || offset + length > this.#source.size) throw new Malformed('the index is of another file');
    // Few bytes are most often in a block that was read before.
    if (length > PIECE && this.#source.pieces) return yield* this.#source.pieces(offset, length);
    for (let at = 0; at < length; at += PIECE) {
      yield await this.#source.read(offset + at, Math.min(PIECE, length - at));
    }
  }

  /** The entry's content, whole. */
  async content({ dataOffset, dataLength, contentLength, isDeflated }: PlacedEntry): Promise<Buffer> {
    const data = Buffer.allocUnsafe(dataLength);
    let at = 0;
    for await (const piece of this.read({ offset: dataOffset, length: dataLength })) {
      data.set(piece, at);
      at += piece.length;
    }
    if (!isDeflated) return data;
    const content = await inflateContent(data, contentLength);
    if (content.length !== contentLength) throw new Malformed('an earlier content is not of its length');
    return content;
  }

  /** The entry's record in the directory. */
  async record({ recordOffset, recordLength }: PlacedEntry): Promise<Uint8Array> {
    this.#directory ??= this.#readDirectory();
    return (await this.#directory).subarray(recordOffset, recordOffset + recordLength);
  }

  #readDirectory(): Promise<Uint8Array> {
    const start = this.middle.offset + this.middle.length;
    const size = this.end.offset - start;
    if (size < 0 || size > DELTA_LIMITS.directory) throw new Malformed('the earlier directory is too large');
    return this.#source.read(start, size);
  }
}

function placeEntries(entries: readonly IndexedEntry[]): PlacedEntry[] {
  let offset = 0;
  const placed = entries.map((entry): PlacedEntry => {
    const gapOffset = offset;
    offset += entry.gapLength + entry.dataLength;
    return { ...entry, gapOffset, dataOffset: gapOffset + entry.gapLength, recordOffset: 0 };
  });
  let recordOffset = 0;
  for (const entry of placed.toSorted((a, b) => a.position - b.position)) {
    entry.recordOffset = recordOffset;
    recordOffset += entry.recordLength;
  }
  return placed;
}
