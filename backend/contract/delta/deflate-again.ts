/**
 * Deflates as the zip's maker did, byte for byte. Builds are made with zlib as it was published; Node's own zlib (Chromium's)
 * and pako 3 compress differently, pako 2 is a faithful port. Measured on real builds: pako 2 gives all of their bytes.
 */
import { constants, Deflate } from 'pako';

/** How an entry was deflated: zlib's level, 1 to 9, and its memory level, 8 or 9. */
export type DeflateWay = { level: number; memLevel: number };

/** The input of one step: small enough that a server can do something else in between. */
const STEP = 64 * 1024;

/** What builds are made with, the likeliest first: what javac's and Gradle's tools use, then the rest. */
const WAYS: readonly DeflateWay[] = [
  ...[6, 9, 1, 5, 7, 8, 4, 3, 2].map((level) => ({ level, memLevel: 8 })),
  ...[6, 9].map((level) => ({ level, memLevel: 9 })),
];

/** The content deflated in this way (raw, RFC 1951), in pieces; lets others work between its steps. */
export async function* deflateAgain(
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  way: DeflateWay,
): AsyncGenerator<Uint8Array> {
  const ready: Uint8Array[] = [];
  const deflate = newDeflate(way, (piece) => ready.push(piece));
  for await (const piece of content) {
    for (let at = 0; at < piece.length; at += STEP) {
      deflate.push(piece.subarray(at, at + STEP), constants.Z_NO_FLUSH);
      yield* ready.splice(0);
      await turn();
    }
  }
  deflate.push(new Uint8Array(0), constants.Z_FINISH);
  yield* ready;
}

/** Finds the way in which the content was deflated to exactly these bytes; null when none that is known gives them. */
export async function findDeflateWay(
  content: Uint8Array,
  deflated: Uint8Array,
  likeliest: DeflateWay | null,
): Promise<DeflateWay | null> {
  const others = WAYS.filter((way) => way.level !== likeliest?.level || way.memLevel !== likeliest.memLevel);
  for (const way of likeliest ? [likeliest, ...others] : others) {
    if (await givesBytes(content, deflated, way)) return way;
  }
  return null;
}

/** Stops at the first byte that differs, which for a wrong level comes soon. */
async function givesBytes(content: Uint8Array, deflated: Uint8Array, way: DeflateWay): Promise<boolean> {
  let at = 0;
  for await (const piece of deflateAgain([content], way)) {
    if (Buffer.compare(piece, deflated.subarray(at, at + piece.length)) !== 0) return false;
    at += piece.length;
  }
  return at === deflated.length;
}

function newDeflate(way: DeflateWay, onData: (piece: Uint8Array) => void): Deflate {
  const deflate = new Deflate({ level: way.level as 6, memLevel: way.memLevel, raw: true, chunkSize: STEP });
  deflate.onData = (piece) => onData(piece as Uint8Array);
  deflate.onEnd = () => {};
  return deflate;
}

const turn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
