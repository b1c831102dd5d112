/**
 * A zip from outside, opened with distrust: its directory is checked whole before a byte of an entry is inflated.
 *
 * Where zip readers differ this one is as strict as Android's own (libziparchive) or stricter, so that what is checked
 * here is what a device would install. One leniency is Android's: any method but "stored" counts as deflate.
 */
import { Readable } from 'node:stream';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader, type ZipFile } from 'yauzl';
import type { ByteSource } from './byte-source.ts';
import { type EndRecord, readEndRecord } from './end-record.ts';
import { ZIP_LIMITS } from './limits.ts';
import { isRefusal, quoted, unusable } from './unusable.ts';
import { checkEntry, checkLayout, checkLocalHeader, entryName } from './zip-rules.ts';

export type ZipEntry = {
  name: string;
  /** In bytes, as the directory declares; inflating checks it. */
  compressedSize: number;
  inflatedSize: number;
};

export type Zip = {
  end: EndRecord;
  entries: ReadonlyMap<string, ZipEntry>;
  /** Streams an entry's content. @throws DevicelaneError when it is not what the directory declares */
  inflate(entry: ZipEntry): AsyncIterable<Buffer>;
  /** An entry's whole content. @throws DevicelaneError when it is larger than `maxBytes` */
  content(entry: ZipEntry, maxBytes: number): Promise<Buffer>;
};

/** @throws DevicelaneError `invalid_artifact` with what is wrong with the zip */
export async function openZip(source: ByteSource): Promise<Zip> {
  const end = await readEndRecord(source);
  if (end.directorySize > ZIP_LIMITS.directory) throw unusable('The zip has a directory larger than 16 MiB.');
  if (end.entryCount > ZIP_LIMITS.entries)
    throw unusable(`The zip has ${end.entryCount} entries; at most ${ZIP_LIMITS.entries} are read.`);
  const file = await fromRandomAccessReaderPromise(new SourceReader(source), source.size, {
    autoClose: false,
    // Names stay bytes: zip-rules decodes them as Android does, and refuses where yauzl would translate.
    decodeStrings: false,
  }).catch(damaged);
  const raw = await readDirectory(file, source, end);
  const entries = new Map<string, ZipEntry>();
  for (const [name, entry] of raw) {
    entries.set(name, { name, compressedSize: entry.compressedSize, inflatedSize: entry.uncompressedSize });
  }

  async function* inflate(entry: ZipEntry): AsyncIterable<Buffer> {
    try {
      yield* await openEntry(file, raw.get(entry.name) as Entry);
    } catch (error) {
      if (isRefusal(error)) throw error;
      throw unusable(`The zip is damaged: its entry ${quoted(entry.name)} cannot be read as declared.`, error);
    }
  }

  return {
    end,
    entries,
    inflate,
    async content(entry, maxBytes) {
      if (entry.inflatedSize > maxBytes) {
        throw unusable(
          `${quoted(entry.name)} in the zip is ${entry.inflatedSize} bytes; at most ${maxBytes} are read.`,
        );
      }
      const chunks: Buffer[] = [];
      for await (const chunk of inflate(entry)) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
  };
}

async function readDirectory(file: ZipFile, source: ByteSource, end: EndRecord): Promise<Map<string, Entry>> {
  const raw = new Map<string, Entry>();
  let size = 0;
  try {
    for await (const entry of file.eachEntry()) {
      size += 46 + entry.fileNameLength + entry.extraFieldLength + entry.fileCommentLength;
      const name = entryName(entry);
      if (raw.has(name)) throw unusable(`The zip has two entries named ${quoted(name)}.`);
      checkEntry(name, entry);
      raw.set(name, entry);
    }
  } catch (error) {
    return damaged(error);
  }
  // Otherwise a reader that walks the directory and one that trusts the count would see different files.
  if (size !== end.directorySize) throw unusable('The zip is damaged: its directory is not of the size it declares.');
  checkLayout([...raw.values()], { fileBytes: source.size, directoryOffset: end.directoryOffset });
  return raw;
}

async function openEntry(file: ZipFile, entry: Entry): Promise<AsyncIterable<Buffer>> {
  const local = await file.readLocalFileHeaderPromise(entry);
  checkLocalHeader(entry, local);
  return new Promise((resolve, reject) => {
    file.openReadStreamLowLevel(
      local.fileDataStart,
      entry.compressedSize,
      0,
      entry.compressedSize,
      entry.compressionMethod !== 0,
      entry.uncompressedSize,
      (error, stream) => (error === null ? resolve(stream) : reject(error)),
    );
  });
}

function damaged(error: unknown): never {
  if (isRefusal(error)) throw error;
  throw unusable('The zip is damaged: its directory cannot be read. Build and upload it again.', error);
}

/** Lets yauzl read from a source. */
class SourceReader extends RandomAccessReader {
  readonly #source: ByteSource;

  constructor(source: ByteSource) {
    super();
    this.#source = source;
  }

  override read(
    buffer: Buffer,
    offset: number,
    length: number,
    position: number,
    callback: (error: Error | null, bytesRead?: number) => void,
  ): void {
    if (position + length > this.#source.size) {
      callback(new Error('the zip points outside its file'));
      return;
    }
    this.#source.read(position, length).then((bytes) => {
      buffer.set(bytes, offset);
      callback(null, bytes.length);
    }, callback);
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(this.#pieces(start, end), { objectMode: false, highWaterMark: PIECE_BYTES });
  }

  async *#pieces(start: number, end: number): AsyncGenerator<Buffer> {
    if (end > this.#source.size) throw new Error('the zip points outside its file');
    for (let at = start; at < end; at += PIECE_BYTES) {
      yield Buffer.from(await this.#source.read(at, Math.min(PIECE_BYTES, end - at)));
    }
  }
}

const PIECE_BYTES = 64 * 1024;
