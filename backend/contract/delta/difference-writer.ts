/** The steps of a difference, as `format.ts` has them. */
import { type ByteSource, ByteWriter } from './bytes.ts';
import type { Content, Contents } from './contents.ts';
import { type Copy, findCopies } from './find-copies.ts';
import { BASIS, FORMAT, KEPT, STEP, STORED, wayNumber } from './format.ts';
import { DELTA_LIMITS } from './limits.ts';
import { confirmedCopies } from './native/confirmed-copies.ts';
import type { Planned } from './plan.ts';
import { shortDigest, TAIL_DIGEST_BYTES } from './short-digest.ts';
import type { SignatureIndex } from './signature-index.ts';
import type { SignedContent } from './signed-contents.ts';
import { wholeReferences } from './whole-references.ts';
import { DEFLATED, type LayoutEntry, shiftRecord, type ZipLayout } from './zip-layout.ts';

/** An entry that goes as it is, or as a change of the basis. */
export type Decided = { kind: 'changed'; entry: LayoutEntry; basis: SignedContent | null };

/** What becomes of an entry. */
export type Step = Exclude<Planned, { kind: 'changed' }> | Decided;

export class DifferenceWriter {
  readonly #source: ByteSource;
  readonly #index: SignatureIndex;
  readonly #signatures: ReadonlyMap<SignedContent, Buffer>;
  readonly #contents: Contents;
  readonly #writer = new ByteWriter();
  #nextFrom = 0;
  #deflateLeft: number = DELTA_LIMITS.deflated;

  constructor(
    source: ByteSource,
    index: SignatureIndex,
    signatures: ReadonlyMap<SignedContent, Buffer>,
    contents: Contents,
  ) {
    this.#source = source;
    this.#index = index;
    this.#signatures = signatures;
    this.#contents = contents;
  }

  /** The difference before it is compressed; null when it is longer than it may be. */
  async write(layout: ZipLayout, planned: readonly Step[]): Promise<Buffer | null> {
    this.#writer.number(FORMAT).number(planned.length);
    for (let at = 0; at < planned.length; ) {
      const step = planned[at] as Step;
      if (step.kind === 'changed') await this.#writeContent(step);
      else if (step.sameHead) {
        const count = runLength(planned, at);
        this.#writer.number(STEP.run);
        this.#writeFrom(step.from);
        this.#writer.number(count);
        this.#nextFrom = step.from + count;
        at += count;
        continue;
      } else {
        this.#writer.number(STEP.moved);
        this.#writeFrom(step.from);
        await this.#writeHead(step.entry);
      }
      at += 1;
      if (this.#deflateLeft < 0 || this.#writer.length > DELTA_LIMITS.difference) return null;
    }
    this.#writeOrder(layout.entries);
    const { dataEnd, directoryOffset, directoryEnd } = layout;
    await this.#writeTail(dataEnd, directoryOffset - dataEnd, this.#index.middleDigest);
    await this.#writeTail(directoryEnd, this.#source.size - directoryEnd, this.#index.endDigest);
    return this.#writer.take();
  }

  #writeFrom(number: number): void {
    this.#writer.signed(number - this.#nextFrom);
    this.#nextFrom = number + 1;
  }

  async #writeHead(entry: LayoutEntry): Promise<void> {
    const gap = await this.#source.read(entry.gapOffset, entry.dataOffset - entry.gapOffset);
    const record = shiftRecord(entry.record, -entry.gapOffset);
    this.#writer.number(gap.length).number(record.length).bytes(gap).bytes(record);
  }

  async #writeContent({ entry, basis }: Decided): Promise<void> {
    this.#writer.number(STEP.content);
    await this.#writeHead(entry);
    const content = await this.#contents.read(entry, basis !== null);
    const { data, inflated } = content;
    const copies = await this.#copiesOf(entry, content, basis);
    const way = await this.#contents.findWay(content, savedBy(copies, content));
    if (inflated && way) {
      this.#deflateLeft -= inflated.length;
      this.#writer.number(wayNumber(way)).number(data.length).number(inflated.length);
      this.#writeChanges(inflated, basis, copies);
    } else {
      this.#writer.number(STORED).number(data.length).number(data.length);
      // Copies of inflated bytes are nothing to data that stays deflated.
      if (entry.method === DEFLATED) this.#writeChanges(data, null, []);
      else this.#writeChanges(data, basis, copies);
    }
  }

  async #copiesOf(entry: LayoutEntry, content: Content, basis: SignedContent | null): Promise<Copy[]> {
    const signatures = basis && this.#signatures.get(basis);
    if (!basis || !signatures) return [];
    if (basis.form === 'asItIs') return first(findCopies(content.inflated ?? content.data, basis.block, signatures));
    const form = await this.#contents.comparable(content, entry);
    // What was a native library may be none any more.
    if (!form || basis.isNative !== (form.references !== undefined)) return [];
    const ofBlocks = signatures.subarray(0, basis.ofBlocks);
    const copies = first(findCopies(form.bytes, basis.block, ofBlocks, form.confirming));
    if (!form.references) return wholeReferences(copies, form.isInside);
    return confirmedCopies(copies, form.references, form.isInside, signatures.subarray(basis.ofBlocks), basis.block);
  }

  #writeChanges(content: Uint8Array, basis: SignedContent | null, copies: readonly Copy[]): void {
    if (basis === null || copies.length === 0) this.#writer.number(BASIS.none);
    else {
      this.#writer.number(BASIS[basis.form]);
      this.#writeFrom(basis.number);
    }
    this.#writer.number(copies.length);
    let from = 0;
    for (const copy of copies) {
      this.#writer
        .number(copy.literal)
        .signed(copy.from - from)
        .number(copy.length);
      from = copy.from + copy.length;
    }
    let at = 0;
    for (const copy of copies) {
      this.#writer.bytes(content.subarray(at, at + copy.literal));
      at += copy.literal + copy.length;
    }
    this.#writer.bytes(content.subarray(at));
  }

  #writeOrder(entries: readonly LayoutEntry[]): void {
    const before = this.#index.entries;
    if (entries.every((entry, number) => entry.position === number)) this.#writer.number(KEPT.ascending);
    else if (
      before.length === entries.length &&
      entries.every((entry, number) => entry.position === before[number]?.position)
    ) {
      this.#writer.number(KEPT.asBefore);
    } else {
      this.#writer.number(KEPT.listed);
      for (const [number, { position }] of entries.entries()) this.#writer.signed(position - number);
    }
  }

  async #writeTail(offset: number, length: number, before: Buffer): Promise<void> {
    const bytes = await this.#source.read(offset, length);
    if (shortDigest(TAIL_DIGEST_BYTES, bytes).equals(before)) this.#writer.number(KEPT.asBefore);
    else this.#writer.number(KEPT.listed).number(length).bytes(bytes);
  }
}

const first = (copies: Copy[]): Copy[] => copies.slice(0, DELTA_LIMITS.copies);

/** How many entries from here on follow each other in the earlier file as well. */
function runLength(planned: readonly Step[], start: number): number {
  const begin = planned[start] as Step & { kind: 'same' };
  let count = 1;
  for (; ; count++) {
    const next = planned[start + count];
    if (next?.kind !== 'same' || !next.sameHead || next.from !== begin.from + count) return count;
  }
}

/** Bytes of the data that need not be sent; where nothing is copied, what compressing the content anew may save. */
function savedBy(copies: readonly Copy[], { data, inflated }: Content): number {
  const copied = copies.reduce((sum, copy) => sum + copy.length, 0);
  return inflated ? (data.length * copied) / inflated.length : 0;
}
