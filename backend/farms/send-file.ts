/** Sends a large body with its length, streamed: what takes files seldom takes chunks. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { FarmError } from './port.ts';

/** Milliseconds without a byte, either way. */
const IDLE_MS = 60_000;
const MAX_ANSWER = 64 * 1024;

type Sent = {
  method: 'PUT' | 'POST';
  headers: Readonly<Record<string, string>>;
  /** Of the body, in bytes. */
  size: number;
  body: AsyncIterable<Uint8Array>;
};

/** Returns the answer, cut at 64 KiB. @throws FarmError `broken` */
export async function sendFile(url: URL, { method, headers, size, body }: Sent) {
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    method,
    headers: { ...headers, 'content-length': size },
  });
  request.setTimeout(IDLE_MS, () => request.destroy(new Error('no byte for too long')));
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
  try {
    const [answer] = await Promise.all([answered, pipeline(Readable.from(body), request)]);
    return answer;
  } catch (error) {
    throw new FarmError('broken', 'The file did not reach the farm.', { cause: error });
  }
}
