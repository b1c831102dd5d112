/** The file that is to be sent, taken apart: where its entries lie, and the short digests of their data. */
import { createHash } from 'node:crypto';
import type { ByteSource } from './bytes.ts';
import { readAhead, WINDOW } from './read-ahead.ts';
import { DATA_DIGEST_BYTES, shortDigest } from './short-digest.ts';
import { type LayoutEntry, readLayout, type ZipLayout } from './zip-layout.ts';

export class LaterFile {
  readonly source: ByteSource;
  readonly layout: ZipLayout;
  readonly #lent: ByteSource;
  readonly #digests = new Map<LayoutEntry, Buffer>();
  #ahead: Promise<void> = Promise.resolve();
  #isWanted = false;

  private constructor(whole: ByteSource, source: ByteSource, layout: ZipLayout) {
    this.#lent = readAhead(whole, { lend: true });
    this.source = source;
    this.layout = layout;
  }

  /** Null for a file that cannot be taken apart. */
  static async open(whole: ByteSource): Promise<LaterFile | null> {
    const source = readAhead(whole);
    const layout = await readLayout(source);
    return layout && new LaterFile(whole, source, layout);
  }

  /** Begins to read the digests of all entries, for which there is time while the server is asked. */
  begin(): void {
    this.#isWanted = true;
    this.#ahead = this.#readAll();
    // A file that cannot be read is told where its bytes are needed.
    this.#ahead.catch(() => {});
  }

  /** Ends what `begin` began, whether it has come to its end or not; before it has ended, nobody may ask for a digest. */
  async stop(): Promise<void> {
    this.#isWanted = false;
    await this.#ahead.catch(() => {});
  }

  /** The first bytes of the SHA-256 of an entry's data. To be asked for one after the other. */
  async digest(entry: LayoutEntry): Promise<Buffer> {
    const known = this.#digests.get(entry);
    if (known) return known;
    const digest = await this.#read(entry);
    this.#digests.set(entry, digest);
    return digest;
  }

  async #readAll(): Promise<void> {
    for (const entry of this.layout.entries) {
      if (!this.#isWanted) return;
      await this.digest(entry);
    }
  }

  async #read({ dataOffset, dataLength }: LayoutEntry): Promise<Buffer> {
    if (dataLength <= WINDOW) return shortDigest(DATA_DIGEST_BYTES, await this.#lent.read(dataOffset, dataLength));
    const hash = createHash('sha256');
    for (let at = 0; at < dataLength; at += WINDOW) {
      hash.update(await this.#lent.read(dataOffset + at, Math.min(WINDOW, dataLength - at)));
    }
    return hash.digest().subarray(0, DATA_DIGEST_BYTES);
  }
}
