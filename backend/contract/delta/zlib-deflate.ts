/**
 * Raw deflate by zlib as it was published, in WebAssembly. The module is the one that zip.js brings for its own streams: what
 * it exports is described in no document, so that its version is fixed, and a test compares every level with pako.
 */
import { readFile } from 'node:fs/promises';
import { zlibFile } from './zlib-file.ts';

type Zlib = {
  memory: { readonly buffer: ArrayBuffer };
  malloc(bytes: number): number;
  free(pointer: number): void;
  deflate_new(): number;
  deflate_init_raw(stream: number, level: number): number;
  /** The bytes that came out in the lower 24 bits, zlib's return code in the upper 8. */
  deflate_process(stream: number, from: number, bytes: number, to: number, room: number, flush: number): number;
  /** Bytes that the last call took. */
  deflate_last_consumed(stream: number): number;
  deflate_end(stream: number): number;
};

const NO_FLUSH = 0;
const FINISH = 4;
const OK = 0;
const STREAM_END = 1;
/** No room or nothing to do: no error, says zlib's manual. */
const BUF_ERROR = 0xfb;

/** Bytes that go in, and come out, at a time: few enough that a server can do something else in between. */
export const STEP = 64 * 1024;

// TypeScript knows it from browsers only.
declare const WebAssembly: {
  instantiate(module: Uint8Array): Promise<{ instance: { exports: Record<string, unknown> } }>;
};

let loaded: Promise<Zlib> | null = null;

/** Once in a process: a stream takes a third of a MiB of its memory, and gives it back. */
export function loadZlib(): Promise<Zlib> {
  loaded ??= instantiate();
  return loaded;
}

async function instantiate(): Promise<Zlib> {
  const { instance } = await WebAssembly.instantiate(await readFile(zlibFile()));
  const { _initialize: initialize, ...zlib } = instance.exports;
  (initialize as () => void)();
  return zlib as unknown as Zlib;
}

/** One stream. It must be closed, whatever comes of it. */
export class ZlibDeflate {
  readonly #zlib: Zlib;
  readonly #stream: number;
  readonly #input: number;
  readonly #output: number;
  readonly #onData: (piece: Uint8Array) => void;

  /** @param onData is lent what comes out: the memory is used again when it returns */
  constructor(zlib: Zlib, level: number, onData: (piece: Uint8Array) => void) {
    this.#zlib = zlib;
    this.#onData = onData;
    this.#stream = zlib.deflate_new();
    this.#input = zlib.malloc(STEP);
    this.#output = zlib.malloc(STEP);
    if (!this.#stream || !this.#input || !this.#output || zlib.deflate_init_raw(this.#stream, level) !== OK) {
      this.close();
      throw new Error('there is no memory for another stream');
    }
  }

  /** @param content at most `STEP` bytes */
  push(content: Uint8Array): void {
    new Uint8Array(this.#zlib.memory.buffer).set(content, this.#input);
    for (let done = 0; done < content.length; ) {
      this.#process(this.#input + done, content.length - done, NO_FLUSH);
      done += this.#zlib.deflate_last_consumed(this.#stream);
    }
  }

  finish(): void {
    while (this.#process(this.#input, 0, FINISH) !== STREAM_END);
  }

  close(): void {
    if (this.#stream) this.#zlib.deflate_end(this.#stream);
    this.#zlib.free(this.#input);
    this.#zlib.free(this.#output);
  }

  /** Zlib's return code. */
  #process(from: number, bytes: number, flush: number): number {
    const { memory } = this.#zlib;
    const result = this.#zlib.deflate_process(this.#stream, from, bytes, this.#output, STEP, flush);
    const code = result >>> 24;
    if (code !== OK && code !== STREAM_END && code !== BUF_ERROR) throw new Error(`zlib answered ${code - 256}`);
    const produced = result & 0xffffff;
    if (produced > 0) this.#onData(new Uint8Array(memory.buffer, this.#output, produced));
    return code;
  }
}
