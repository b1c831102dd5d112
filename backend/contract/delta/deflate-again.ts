/**
 * Deflates as the zip's maker did, byte for byte. Builds are made with zlib as it was published, and some with Info-ZIP's `zip`;
 * Node's own zlib (Chromium's) and pako 3 compress differently. Zlib in WebAssembly gives all bytes of real builds, and so does
 * pako 2, a faithful port in JavaScript: that one is half as quick, and can be made to do as `zip` does.
 */
import { setImmediate as turn } from 'node:timers/promises';
import { loadZlib, STEP, ZlibDeflate } from './zlib-deflate.ts';

/** How an entry was deflated: by what, and at which level, 1 to 9. */
export type DeflateWay = { maker: 'zlib' | 'infoZip'; level: number };

/** What builds are made with, the likeliest first: what javac's and Gradle's tools use, then the rest. */
const WAYS: readonly DeflateWay[] = [
  ...[6, 9, 1, 5, 7, 8, 4, 3, 2].map((level) => ({ maker: 'zlib', level }) as const),
  ...[6, 9, 1].map((level) => ({ maker: 'infoZip', level }) as const),
];

/** A raw stream (RFC 1951) that is being deflated. */
type Stream = { push(step: Uint8Array): void; finish(): void; close(): void };

/** The content deflated in this way (raw, RFC 1951), in pieces; lets others work between its steps. */
export async function* deflateAgain(
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  way: DeflateWay,
): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const stream = await openStream(way, (piece) => ready.push(piece.slice()));
  try {
    // Making a stream is work too, and a file may have two hundred thousand entries without content.
    await turn();
    for await (const piece of content) {
      for (let at = 0; at < piece.length; at += STEP) {
        stream.push(piece.subarray(at, at + STEP));
        yield* ready.splice(0);
        await turn();
      }
    }
    stream.finish();
    yield* ready;
  } finally {
    stream.close();
  }
}

/**
 * Finds the way in which the content was deflated to exactly these bytes; null when none that is known gives them.
 *
 * @param pays is asked once the first bytes are right, for the rest takes long; null is the answer where it says no
 */
export async function findDeflateWay(
  content: Uint8Array,
  deflated: Uint8Array,
  likeliest: DeflateWay | null,
  pays: (way: DeflateWay) => boolean = () => true,
): Promise<DeflateWay | null> {
  const others = WAYS.filter((way) => way.level !== likeliest?.level || way.maker !== likeliest.maker);
  for (const way of likeliest ? [likeliest, ...others] : others) {
    const found = await compare(content, deflated, way, pays);
    if (found !== 'differs') return found === 'same' ? way : null;
  }
  return null;
}

/** Stops soon after the first byte that differs, which for a wrong level comes soon. */
async function compare(
  content: Uint8Array,
  deflated: Uint8Array,
  way: DeflateWay,
  pays: (way: DeflateWay) => boolean,
): Promise<'same' | 'differs' | 'costs more'> {
  let at = 0;
  let differs = false;
  let costsMore = false;
  const stream = await openStream(way, (piece) => {
    differs ||= Buffer.compare(piece, deflated.subarray(at, at + piece.length)) !== 0;
    if (at === 0 && !differs) costsMore = !pays(way);
    at += piece.length;
  });
  try {
    for (let done = 0; done < content.length && !differs && !costsMore; done += STEP) {
      stream.push(content.subarray(done, done + STEP));
      await turn();
    }
    if (!differs && !costsMore) stream.finish();
  } finally {
    stream.close();
  }
  if (differs || (at !== deflated.length && !costsMore)) return 'differs';
  return costsMore ? 'costs more' : 'same';
}

/** @param onData is lent what comes out */
async function openStream(way: DeflateWay, onData: (piece: Uint8Array) => void): Promise<Stream> {
  if (way.maker === 'zlib') return new ZlibDeflate(await loadZlib(), way.level, onData);
  // Few builds need it, and loading it takes longer than most differences.
  const { InfoZipDeflate } = await import('./info-zip-deflate.ts');
  return new InfoZipDeflate(way.level, onData);
}
