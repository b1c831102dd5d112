/** Calls to BrowserStack, by the one fetch of farms without a client of their own. */
import { randomUUID } from 'node:crypto';
import type * as z from 'zod/mini';
import type { Outgoing } from '../../outgoing/port.ts';
import { answer, type Calls, call } from '../farm-fetch.ts';
import { FarmError, type FarmFile } from '../port.ts';
import { sendFile } from '../send-file.ts';
import type { BrowserstackCredential, BrowserstackSettings } from './settings.ts';

export type BrowserstackCalls = ReturnType<typeof createCalls>;

export function createCalls(
  settings: BrowserstackSettings,
  credential: BrowserstackCredential | null,
  { outgoing, timeoutMs }: { outgoing: Outgoing; timeoutMs: number },
) {
  const authorize = (): string => {
    if (!credential) throw new FarmError('refused', 'The connection has no credential.');
    const pair = `${credential.username}:${credential.accessKey}`;
    return `Basic ${Buffer.from(pair).toString('base64')}`;
  };
  const calls = (): Calls => ({
    outgoing,
    baseUrl: settings.baseUrl,
    timeoutMs,
    headers: { authorization: authorize() },
    // It once said so with 403, and may again.
    isThrottled: (status, text) => status === 403 && /rate limit/i.test(text),
  });

  return {
    outgoing,
    authorize,
    async get<T>(path: string, schema: z.ZodMiniType<T>): Promise<T> {
      return answer(await call(calls(), path, { method: 'GET' }), schema);
    },
    /** @param mayStart whether an answer that is lost leaves something started */
    async post<T>(path: string, body: object, schema: z.ZodMiniType<T>, mayStart = false): Promise<T> {
      const headers = { 'content-type': 'application/json' };
      const init = { method: 'POST', headers, body: JSON.stringify(body) };
      return answer(await call(calls(), path, init, mayStart), schema, mayStart);
    },
    /** One that is gone is success. */
    async remove(path: string): Promise<void> {
      await (await call({ ...calls(), takes: [404] }, path, { method: 'DELETE' })).body?.cancel();
    },
    /** One that is gone is success. */
    async stop(path: string): Promise<void> {
      await (await call({ ...calls(), takes: [404] }, path, { method: 'POST' })).body?.cancel();
    },
    /** A form with one file and one field, streamed. */
    async sendForm<T>(path: string, file: FarmFile, customId: string, schema: z.ZodMiniType<T>): Promise<T> {
      const boundary = `devicelane-${randomUUID()}`;
      const part = (disposition: string): string =>
        `--${boundary}\r\ncontent-disposition: form-data; ${disposition}\r\n`;
      const name = file.name.replace(/[^\w.-]/g, '_').slice(0, 100);
      const head = Buffer.from(
        `${part('name="custom_id"')}\r\n${customId}\r\n${part(`name="file"; filename="${name}"`)}` +
          'content-type: application/octet-stream\r\n\r\n',
      );
      const tail = Buffer.from(`\r\n--${boundary}--\r\n`);
      async function* body(): AsyncIterable<Uint8Array> {
        yield head;
        yield* file.open();
        yield tail;
      }
      const headers = { authorization: authorize(), 'content-type': `multipart/form-data; boundary=${boundary}` };
      const size = head.length + file.size + tail.length;
      const { status, text } = await sendFile(new URL(path, settings.baseUrl), {
        outgoing,
        method: 'POST',
        headers,
        size,
        body: body(),
      });
      if (status === 429)
        throw new FarmError('broken', 'The farm takes five files in a minute.', { retryAfterMs: 60_000 });
      if (status >= 500) throw new FarmError('broken', `The farm failed with status ${status}.`);
      if (status >= 400) throw new FarmError('refused', `The farm refused the file with status ${status}.`);
      return answer(new Response(text), schema);
    },
  };
}
