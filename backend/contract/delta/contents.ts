/** The contents of a file's entries, and the ways in which they were deflated. */
import type { ByteSource } from './bytes.ts';
import { type Comparable, comparableForm } from './comparable.ts';
import { deflatingPays, QUICKEST } from './costs.ts';
import { type DeflateWay, findDeflateWay } from './deflate-again.ts';
import { inflateContent } from './inflate-content.ts';
import { DELTA_LIMITS } from './limits.ts';
import { DEFLATED, type LayoutEntry } from './zip-layout.ts';

export type Content = {
  /** As it lies in the file. */
  data: Uint8Array;
  /** Null for data that is not deflated, or had better stay as it is. */
  inflated: Buffer | null;
  /** How it was deflated; null where no known way gives the data, or deflating it again does not pay. */
  way?: DeflateWay | null;
  /** Its comparable form; null for what is no code. */
  comparable?: Comparable | null;
};

/** After so many entries that no known way deflates again, the file's maker is taken to be another one. */
const MOST_MISSES = 6;
/** Bytes of contents that are kept from one look to the next; others are inflated again. */
const MOST_KEPT = 192 * 1024 * 1024;
/** Arrays as long as the content of which its comparable form consists. */
const FORMS = 3;

export class Contents {
  readonly #source: ByteSource;
  readonly #rate: () => number | null;
  readonly #kept = new Map<LayoutEntry, Content>();
  #keptBytes = 0;
  #likeliest: DeflateWay | null = null;
  #misses = 0;

  /** @param rate bytes a second that the line takes; null: only bytes count */
  constructor(source: ByteSource, rate: () => number | null) {
    this.#source = source;
    this.#rate = rate;
  }

  /** @param hasBasis whether there is an earlier content that it may be a change of */
  async read(entry: LayoutEntry, hasBasis: boolean): Promise<Content> {
    const kept = this.#kept.get(entry);
    if (kept) return kept;
    const data = await this.#source.read(entry.dataOffset, entry.dataLength);
    return { data, inflated: await this.#inflate(entry, data, hasBasis) };
  }

  /** The comparable form of a content; null for what is no code, or stays deflated. */
  async comparable(content: Content, { method }: LayoutEntry): Promise<Comparable | null> {
    if (content.comparable === undefined) {
      const bytes = content.inflated ?? (method === DEFLATED ? null : content.data);
      content.comparable = bytes && bytes.length <= DELTA_LIMITS.code ? await comparableForm(bytes) : null;
    }
    return content.comparable;
  }

  /** Keeps it for who reads it next. @returns whether there was room */
  keep(entry: LayoutEntry, content: Content): boolean {
    const bytes =
      content.data.length + (content.inflated?.length ?? 0) + FORMS * (content.comparable?.bytes.length ?? 0);
    if (this.#keptBytes + bytes > MOST_KEPT) return false;
    this.#keptBytes += bytes;
    this.#kept.set(entry, content);
    return true;
  }

  /**
   * Finds the way in which an inflated content was deflated, if deflating it again pays.
   *
   * @param saved bytes that need not be sent then
   */
  async findWay(content: Content, saved: number): Promise<DeflateWay | null> {
    const { data, inflated } = content;
    if (!inflated) return null;
    const pays = (way: DeflateWay) => deflatingPays(saved, inflated.length, way, this.#rate());
    if (content.way !== undefined) return content.way && pays(content.way) ? content.way : null;
    let costsMore = !pays(QUICKEST);
    const way = costsMore
      ? null
      : await findDeflateWay(inflated, data, this.#likeliest, (found) => {
          costsMore = !pays(found);
          return !costsMore;
        });
    if (way) this.#likeliest = way;
    else if (!costsMore) this.#misses += 1;
    content.way = way;
    return way;
  }

  async #inflate(entry: LayoutEntry, data: Uint8Array, hasBasis: boolean): Promise<Buffer | null> {
    const mayHelp = entry.contentLength > 0 && entry.contentLength <= DELTA_LIMITS.content;
    if (entry.method !== DEFLATED || !mayHelp || this.#misses === MOST_MISSES) return null;
    // What is not there in any form saves too little for the time that deflating it again takes.
    if (!hasBasis && this.#rate() !== null) return null;
    return inflateOrNull(data, entry.contentLength);
  }
}

/** Null for data that does not inflate to what the directory declares. */
async function inflateOrNull(data: Uint8Array, length: number): Promise<Buffer | null> {
  try {
    const content = await inflateContent(data, length);
    return content.length === length ? content : null;
  } catch (error) {
    if (/^(Z_|ERR_BUFFER_TOO_LARGE)/.test((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
}
