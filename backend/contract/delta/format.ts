/**
 * A difference, inside its zstd frame: the entries of the later file in the order of their data, each by one of these
 * steps, then the order of the directory, then what stands between and after. Written by `write-difference.ts`, read by
 * `rebuild.ts`.
 *
 *     difference = FORMAT entryCount step* order tail tail
 *     step       = RUN   first count            entries of the earlier file, with what stands before them
 *                | MOVED from head              an entry's data, with another head
 *                | CONTENT head way dataLength contentLength basis copyCount copy* literal-bytes
 *     head       = gapLength recordLength gap record      the record shifted by the end of the data before
 *     basis      = NONE | AS_IT_IS from | COMPARABLE from    what is copied; as it is, or with references pointed anew
 *     copy       = literalLength from length    `from` counted from the end of the last copy
 *     order      = ASCENDING | AS_BEFORE | LISTED (position - number)*
 *     tail       = AS_BEFORE | LISTED length bytes
 *
 * `first` and `from` name entries of the earlier file by their number there, counted from the one after the last named.
 */
import type { DeflateWay } from './deflate-again.ts';

export const FORMAT = 1;

export const STEP = { run: 0, moved: 1, content: 2 } as const;

/** What a content is a change of, and in which form the two are alike. */
export const BASIS = { none: 0, asItIs: 1, comparable: 2 } as const;

/** The way of an entry that is not deflated: its content is its data. */
export const STORED = 0;

export const KEPT = { ascending: 0, asBefore: 1, listed: 2 } as const;

/** Who deflated, in tens of a way's number. */
const MAKERS: Record<DeflateWay['maker'], number> = { zlib: 8, infoZip: 10 };

/** Maker and level in one number; 0 is `STORED`. */
export const wayNumber = ({ maker, level }: DeflateWay): number => MAKERS[maker] * 10 + level;

export function wayOfNumber(number: number): DeflateWay | null {
  const makers = Object.entries(MAKERS) as [DeflateWay['maker'], number][];
  const [maker] = makers.find(([, tens]) => tens === Math.floor(number / 10)) ?? [];
  const level = number % 10;
  return maker && level >= 1 ? { maker, level } : null;
}
