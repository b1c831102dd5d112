/**
 * Whether a difference saves time. Bytes a second of the work on both sides together, measured on two cores; where the
 * speed of the line is not known, only bytes count.
 */
import type { IndexedEntry } from './signature-index.ts';
import { signatureLength } from './signature-index.ts';
import type { LayoutEntry } from './zip-layout.ts';

/** Contents that are deflated again, by both sides one after the other. */
const DEFLATING = 17e6;
/** Contents that are compared block by block, and put together again. */
const COMPARING = 120e6;
/** Bytes that go as they are through the difference's frame. */
const FRAMING = 60e6;
/** The file, which is read once more and compared entry by entry, and then put together from the earlier one. */
const READING = 150e6;
/** Seconds for the questions of any difference. */
const QUESTIONS = 0.01;
/** How much longer it may take than sending what it saves: lines are shared, and bytes cost. */
const PATIENCE = 1;

const DEFLATED = 8;

/** Seconds of work from which on it is worth a question to learn the speed of the line first. */
const LONG = 0.03;

/** Whether the earlier entry's signatures are worth fetching, if it saved all of the data. */
export function mayPay(entry: LayoutEntry, basis: IndexedEntry, rate: number | null): boolean {
  if (rate === null) return true;
  return (PATIENCE * (entry.dataLength - signatureLength(basis))) / rate > workOn(entry);
}

/** Seconds, if all of the entry's content is compared, and deflated again where it was. */
const workOn = (entry: LayoutEntry): number =>
  entry.method === DEFLATED ? entry.contentLength / DEFLATING : entry.dataLength / COMPARING;

/** Whether the work on these entries is so long that the speed of the line decides whether it pays. */
export function takesLong(changed: readonly { entry: LayoutEntry; basis: number | null }[]): boolean {
  return changed.reduce((sum, { entry, basis }) => sum + (basis === null ? 0 : workOn(entry)), 0) > LONG;
}

/** @param saved bytes of data that need not be sent when the content is deflated again */
export function deflatingPays(saved: number, contentLength: number, rate: number | null): boolean {
  return rate === null || (PATIENCE * saved) / rate > contentLength / DEFLATING;
}

/**
 * @param size bytes of the file
 * @param asItIs bytes that the difference holds as they are
 */
export function differencePays(size: number, asItIs: number, rate: number | null): boolean {
  return rate === null || (size - asItIs) / rate > QUESTIONS + size / READING + asItIs / FRAMING;
}
