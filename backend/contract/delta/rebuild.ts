/** Rebuilds a file from the earlier one and the difference, piece by piece. The caller checks the SHA-256 of the whole. */
import { Malformed } from './bytes.ts';
import type { Copied } from './copied.ts';
import { deflateAgain } from './deflate-again.ts';
import { pointDexAnew } from './dex/point-anew.ts';
import type { EarlierFile, Place, PlacedEntry } from './earlier-file.ts';
import { BASIS, FORMAT, KEPT, STEP, STORED, wayOfNumber } from './format.ts';
import { DELTA_LIMITS } from './limits.ts';
import { pointNativeAnew } from './native/point-anew.ts';
import type { StreamReader } from './stream-reader.ts';
import { shiftRecord } from './zip-layout.ts';

const PIECE = 256 * 1024;

type Head = { gap: Buffer; record: Buffer };

function* inPieces(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE) yield bytes.subarray(at, at + PIECE);
}

export class Rebuild {
  readonly #earlier: EarlierFile;
  readonly #difference: StreamReader;
  readonly #size: number;
  readonly #records: Buffer[] = [];
  #recordBytes = 0;
  #nextFrom = 0;
  #end = 0;
  #deflateLeft: number = DELTA_LIMITS.deflated;

  /**
   * @param difference the difference, out of its zstd frame
   * @param size bytes of the file that is to come out
   */
  constructor(earlier: EarlierFile, difference: StreamReader, size: number) {
    this.#earlier = earlier;
    this.#difference = difference;
    this.#size = size;
  }

  /** @throws Malformed when the difference is none, or none to this file */
  async *pieces(): AsyncGenerator<Uint8Array> {
    for await (const piece of this.#all()) {
      this.#end += piece.length;
      if (this.#end > this.#size) throw new Malformed('the difference gives more bytes than announced');
      yield piece;
    }
    if (this.#end !== this.#size) throw new Malformed('the difference gives fewer bytes than announced');
  }

  async *#all(): AsyncGenerator<Uint8Array> {
    const difference = this.#difference;
    if ((await difference.number()) !== FORMAT) throw new Malformed('the difference is of another format');
    const count = await difference.number(DELTA_LIMITS.entries);
    while (this.#records.length < count) {
      const step = await difference.number(STEP.content);
      if (step === STEP.run) yield* this.#run(count - this.#records.length);
      else if (step === STEP.moved) yield* this.#moved();
      else yield* this.#content();
    }
    const order = await this.#order();
    yield* this.#tail(this.#earlier.middle);
    yield Buffer.concat(order);
    yield* this.#tail(this.#earlier.end);
    if (!(await difference.isAtEnd())) throw new Malformed('the difference goes on after its end');
  }

  async *#run(left: number): AsyncGenerator<Uint8Array> {
    const first = await this.#from();
    const count = await this.#difference.number(left);
    if (count === 0) throw new Malformed('a run of nothing');
    const last = this.#earlier.entry(first + count - 1);
    const start = this.#earlier.entry(first).gapOffset;
    const shift = this.#end - start;
    for (let number = first; number < first + count; number++) {
      this.#keepRecord(shiftRecord(await this.#earlier.record(this.#earlier.entry(number)), shift));
    }
    this.#nextFrom = first + count;
    yield* this.#earlier.read({ offset: start, length: last.dataOffset + last.dataLength - start });
  }

  async *#moved(): AsyncGenerator<Uint8Array> {
    const entry = this.#earlier.entry(await this.#from());
    const head = await this.#head();
    yield head.gap;
    yield* this.#earlier.read({ offset: entry.dataOffset, length: entry.dataLength });
  }

  async *#content(): AsyncGenerator<Uint8Array> {
    const { gap } = await this.#head();
    yield gap;
    const number = await this.#difference.number();
    const way = number === STORED ? null : wayOfNumber(number);
    if (number !== STORED && !way) throw new Malformed(`no way ${number} of deflating is known`);
    const dataLength = await this.#difference.number(this.#size);
    const contentLength = await this.#difference.number(way ? DELTA_LIMITS.content : dataLength);
    if (way) this.#deflateLeft -= contentLength;
    if (this.#deflateLeft < 0) throw new Malformed('the contents are too long for the file');
    const content = this.#changed(contentLength);
    let length = 0;
    for await (const piece of way ? deflateAgain(content, way) : content) {
      length += piece.length;
      yield piece;
    }
    if (length !== dataLength) throw new Malformed('an entry has another length than announced');
  }

  /** A content put together from copies of earlier contents and literals. */
  async *#changed(contentLength: number): AsyncGenerator<Uint8Array> {
    const form = await this.#difference.number(BASIS.comparable);
    const entry = form === BASIS.none ? null : this.#earlier.entry(await this.#from());
    const basis = entry ? await this.#basis(entry, form) : Buffer.alloc(0);
    const copied = await this.#copied(basis.length, contentLength);
    const pieces = this.#put(basis, copied, contentLength);
    if (!entry || form === BASIS.asItIs) return yield* pieces;
    const content = await this.#whole(pieces, contentLength);
    await (entry.isNative ? pointNativeAnew : pointDexAnew)(content, basis, copied);
    yield* inPieces(content);
  }

  /** The earlier content that the next one is a change of. */
  #basis(entry: PlacedEntry, form: number): Promise<Buffer> {
    const isThere = form === BASIS.comparable ? entry.isComparable : entry.isSigned;
    if (!isThere) throw new Malformed('the earlier content was not signed in this form');
    return this.#earlier.content(entry);
  }

  async #copied(basisLength: number, contentLength: number): Promise<Copied> {
    const count = await this.#difference.number(DELTA_LIMITS.copies);
    const copied = { to: new Float64Array(count), from: new Float64Array(count), length: new Float64Array(count) };
    let [to, from] = [0, 0];
    for (let copy = 0; copy < count; copy++) {
      to += await this.#difference.number(contentLength - to);
      from += await this.#difference.signed();
      const length = await this.#difference.number(contentLength - to);
      if (from < 0 || from + length > basisLength) throw new Malformed('a copy reaches out of the earlier content');
      copied.to[copy] = to;
      copied.from[copy] = from;
      copied.length[copy] = length;
      to += length;
      from += length;
    }
    return copied;
  }

  async *#put(basis: Buffer, { to, from, length }: Copied, contentLength: number): AsyncGenerator<Uint8Array> {
    let at = 0;
    for (const [copy, start] of from.entries()) {
      yield* this.#difference.pieces((to[copy] as number) - at);
      yield* inPieces(basis.subarray(start, start + (length[copy] as number)));
      at = (to[copy] as number) + (length[copy] as number);
    }
    yield* this.#difference.pieces(contentLength - at);
  }

  /** All of a content, for its references to be made right. */
  async #whole(pieces: AsyncIterable<Uint8Array>, contentLength: number): Promise<Buffer> {
    if (contentLength > DELTA_LIMITS.code) throw new Malformed('the code is too long');
    const content = Buffer.alloc(contentLength);
    let at = 0;
    for await (const piece of pieces) {
      content.set(piece, at);
      at += piece.length;
    }
    return content;
  }

  async #order(): Promise<Buffer[]> {
    const count = this.#records.length;
    const kept = await this.#difference.number(KEPT.listed);
    const ordered = new Array<Buffer | undefined>(count).fill(undefined);
    if (kept === KEPT.asBefore && this.#earlier.entries.length !== count)
      throw new Malformed('the directory has another order');
    for (const [number, record] of this.#records.entries()) {
      let position = number;
      if (kept === KEPT.asBefore) position = this.#earlier.entry(number).position;
      if (kept === KEPT.listed) position = number + (await this.#difference.signed());
      if (position < 0 || position >= count || ordered[position]) throw new Malformed('the directory has no order');
      ordered[position] = record;
    }
    return ordered as Buffer[];
  }

  async *#tail(before: Place): AsyncGenerator<Uint8Array> {
    const kept = await this.#difference.number(KEPT.listed);
    if (kept === KEPT.asBefore) yield* this.#earlier.read(before);
    else yield* this.#difference.pieces(await this.#difference.number(DELTA_LIMITS.tail));
  }

  async #head(): Promise<Head> {
    const gapLength = await this.#difference.number(DELTA_LIMITS.gap);
    const recordLength = await this.#difference.number(DELTA_LIMITS.directory);
    const gap = await this.#difference.bytes(gapLength);
    const record = shiftRecord(await this.#difference.bytes(recordLength), this.#end);
    this.#keepRecord(record);
    return { gap, record };
  }

  #keepRecord(record: Buffer): void {
    this.#recordBytes += record.length;
    if (this.#recordBytes > DELTA_LIMITS.directory) throw new Malformed('the directory is too large');
    this.#records.push(record);
  }

  async #from(): Promise<number> {
    const number = this.#nextFrom + (await this.#difference.signed());
    this.#nextFrom = number + 1;
    return number;
  }
}
