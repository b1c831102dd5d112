/** Sends what is read piece by piece as an attachment; when it breaks off, so does the connection, never as a clean end. */
import { Readable } from 'node:stream';
import type { Context as HonoContext } from 'hono';
import type { Context } from '../context.ts';
import type { HttpEnv } from './call.ts';

type File = {
  /** As a customer wrote it. */
  name: string;
  /** Bytes of the whole file. */
  size: number;
  /** What is sent of it; left out or null: everything. */
  range?: { offset: number; length: number } | null;
  /** Of a file whose ranges may be asked for. */
  etag?: string;
};

type Answer = { c: HonoContext<HttpEnv>; ctx: Context; file: File; body: AsyncIterable<Uint8Array> };

/** What the body throws before its first byte is answered like any refusal. */
export async function streamBody({ c, ctx, file, body }: Answer): Promise<Response> {
  const { name, size, range, etag } = file;
  const headers = {
    // What customers send is untrusted: it is saved, never shown as a page of this server.
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': `attachment; filename="${safeName(name)}"`,
    'Content-Length': String(range ? range.length : size),
    ...(range ? { 'Content-Range': `bytes ${range.offset}-${range.offset + range.length - 1}/${size}` } : {}),
    ...(etag ? { ETag: etag, 'Accept-Ranges': 'bytes' } : {}),
  };
  if (c.req.method === 'HEAD') return c.body(null, 200, headers);
  const iterator = body[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* rest() {
    try {
      for (let next = first; !next.done; next = await iterator.next()) yield next.value;
    } catch (err) {
      ctx.log.error({ err }, 'a download broke off');
      // Here and not by throwing: what is thrown at the HTTP server it would write into the file.
      c.env.outgoing.destroy();
    }
  }
  const stream = Readable.from(rest());
  // Also when nobody begins to read it.
  stream.once('close', () => iterator.return?.().catch(() => {}));
  return c.body(Readable.toWeb(stream) as ReadableStream, range ? 206 : 200, headers);
}

/** Letters of any script would be lost to old clients, and a dot in front hides a file. */
function safeName(name: string): string {
  return name.replaceAll(/[^\w.-]/g, '_').replace(/^\.+/, '_');
}

export function streamLines(c: HonoContext, lines: AsyncIterable<string>, name: string): Response {
  return c.body(Readable.toWeb(Readable.from(lines, { objectMode: false })) as ReadableStream, 200, {
    'Content-Type': 'application/jsonl',
    'Content-Disposition': `attachment; filename="${name}"`,
  });
}
