/** Sends a large body with its length, streamed: what takes files seldom takes chunks. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Outgoing } from '../outgoing/port.ts';
import { FarmError } from './port.ts';
import { notReached } from './reach.ts';

/** Milliseconds without a byte, either way. */
const IDLE_MS = 60_000;
const MAX_ANSWER = 64 * 1024;

type Sent = {
  outgoing: Outgoing;
  method: 'PUT' | 'POST';
  headers: Readonly<Record<string, string>>;
  /** Of the body, in bytes. */
  size: number;
  body: AsyncIterable<Uint8Array>;
  idleMs?: number;
};

/** Returns the answer, cut at 64 KiB. @throws FarmError `broken`; `refused` where nothing is sent to such an address */
export async function sendFile(url: URL, { outgoing, method, headers, size, body, idleMs = IDLE_MS }: Sent) {
  try {
    const request = outgoing.request(url, { method, headers: { ...headers, 'content-length': size } });
    request.setTimeout(idleMs, () => request.destroy(new Error('no byte for too long')));
    const answered = new Promise<{ status: number; text: string }>((resolve, reject) => {
      request.on('error', reject);
      request.on('response', async (response) => {
        try {
          let text = '';
          for await (const piece of response.setEncoding('utf8')) if (text.length < MAX_ANSWER) text += piece;
          resolve({ status: response.statusCode ?? 0, text: text.slice(0, MAX_ANSWER) });
        } catch (error) {
          reject(error);
        }
      });
    });
    const [answer] = await Promise.all([answered, pipeline(Readable.from(body), request)]);
    return answer;
  } catch (error) {
    throw notReached(error) ?? new FarmError('broken', 'The file did not reach the farm.', { cause: error });
  }
}
