/** Opens a link that a farm gave to a file: streamed from an offset on, with a bound on silence and none on the whole. */
import type { Outgoing } from '../outgoing/port.ts';
import { FarmError } from './port.ts';
import { notReached } from './reach.ts';

/** Milliseconds without an answer, or without a byte of it. */
const IDLE_MS = 60_000;

export type Opened =
  | { state: 'open'; body: AsyncIterable<Uint8Array> }
  /** Where the answer leads: whoever asks decides whether to go there. */
  | { state: 'moved'; to: URL }
  /** The link is not good any more, or the file is not there. */
  | { state: 'gone' };

/** @throws FarmError `broken`; `refused` for one that leads to where nothing is sent */
export async function openLink(
  outgoing: Outgoing,
  url: URL,
  options: { offset: number; headers?: Readonly<Record<string, string>>; idleMs?: number },
): Promise<Opened> {
  const { offset, headers = {}, idleMs = IDLE_MS } = options;
  const giveUp = new AbortController();
  let timer = setTimeout(() => giveUp.abort(), idleMs);
  const heard = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => giveUp.abort(), idleMs);
  };
  let response: Response;
  try {
    const range: Record<string, string> = offset > 0 ? { range: `bytes=${offset}-` } : {};
    response = await outgoing.fetch(url, { headers: { ...headers, ...range }, signal: giveUp.signal });
  } catch (error) {
    clearTimeout(timer);
    throw notReached(error) ?? new FarmError('broken', 'The farm did not answer with a file.', { cause: error });
  }
  clearTimeout(timer);
  const { body, status } = response;
  if (body && (status === 206 || (status === 200 && offset === 0))) return { state: 'open', body: listened(body) };
  await body?.cancel();
  const next = response.headers.get('location');
  if (status >= 300 && status < 400 && next && URL.canParse(next, url.href)) {
    return { state: 'moved', to: new URL(next, url) };
  }
  if (status === 403 || status === 404 || status === 410) return { state: 'gone' };
  throw new FarmError('broken', `The farm answered for a file with status ${status}.`);

  async function* listened(pieces: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    heard();
    try {
      for await (const piece of pieces) {
        // Whoever takes the piece may be slow; only the farm's silence counts.
        clearTimeout(timer);
        yield piece;
        heard();
      }
    } catch (error) {
      throw new FarmError('broken', 'The farm broke off while sending a file.', { cause: error });
    } finally {
      clearTimeout(timer);
      giveUp.abort();
    }
  }
}
