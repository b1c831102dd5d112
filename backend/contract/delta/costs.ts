/**
 * Whether a difference saves time. Bytes a second of the work on both sides together, measured on two cores; where the
 * speed of the line is not known, only bytes count.
 */
import type { DeflateWay } from './deflate-again.ts';
import type { SignedContent } from './signed-contents.ts';
import { DEFLATED, type LayoutEntry } from './zip-layout.ts';

/** Bytes of content a second that one side deflates, by zlib's level, of code. */
const DEFLATING = [88e6, 80e6, 60e6, 57e6, 42e6, 28e6, 24e6, 13e6, 9e6];
/** How much longer it takes as Info-ZIP does it, which another library is made to do. */
const INFO_ZIP = 2;
/** Contents that both sides inflate. */
const INFLATING = 125e6;
/** Contents that are compared block by block, and put together again. */
const COMPARING = 120e6;
/** Code whose references are looked up, once by the client and in the earlier and the later file by the server. */
const NAMING = 65e6;
/** Native code, of which also what is copied is looked at once more. */
const NAMING_NATIVE = 40e6;
/** Bytes that go as they are through the difference's frame. */
const FRAMING = 60e6;
/** The file, which is compared entry by entry, and then put together from the earlier one. */
const READING = 150e6;
/** Seconds for the questions of any difference. */
const QUESTIONS = 0.01;

/** Seconds of work from which on it is worth a question to learn more first. */
const LONG = 0.03;

/** How most builds whose code changes often are deflated, and the quickest. Others are told from it by looking. */
export const QUICKEST: DeflateWay = { maker: 'zlib', level: 1 };

/** Whether the earlier content's signatures are worth fetching, if it saved all of the data. */
export function mayPay(entry: LayoutEntry, basis: SignedContent, rate: number | null): boolean {
  if (rate === null) return true;
  return (entry.dataLength - basis.length) / rate > workOn(entry) + naming(basis);
}

/** Seconds that it takes more to compare a content in this form than as it is. */
export function naming({ form, isNative, contentLength }: SignedContent): number {
  if (form === 'asItIs') return 0;
  return contentLength / (isNative ? NAMING_NATIVE : NAMING);
}

/** Seconds, if all of the entry's content is compared, and deflated again where it was. */
function workOn({ method, contentLength, dataLength }: LayoutEntry): number {
  if (method !== DEFLATED) return dataLength / COMPARING;
  return contentLength / COMPARING + contentLength / INFLATING + deflating(contentLength, QUICKEST);
}

/** Seconds, on both sides one after the other. */
function deflating(contentLength: number, { maker, level }: DeflateWay): number {
  const seconds = (2 * contentLength) / (DEFLATING[level - 1] as number);
  return maker === 'zlib' ? seconds : INFO_ZIP * seconds;
}

/** Whether the work on these entries is so long that what is not known yet decides whether it pays. */
export function takesLong(changed: readonly { entry: LayoutEntry; basis: SignedContent | null }[]): boolean {
  return changed.reduce((sum, { entry, basis }) => sum + (basis === null ? 0 : workOn(entry)), 0) > LONG;
}

/** @param saved bytes that need not be sent when the content is deflated again */
export function deflatingPays(saved: number, contentLength: number, way: DeflateWay, rate: number | null): boolean {
  return rate === null || saved / rate > deflating(contentLength, way);
}

/** @param saved bytes that need not be sent when the content is compared with all of the earlier one */
export function comparingPays(saved: number, contentLength: number, rate: number | null): boolean {
  return rate === null || saved / rate > contentLength / COMPARING;
}

/**
 * @param size bytes of the file
 * @param asItIs bytes that the difference holds as they are
 */
export function differencePays(size: number, asItIs: number, rate: number | null): boolean {
  return rate === null || (size - asItIs) / rate > QUESTIONS + size / READING + asItIs / FRAMING;
}
