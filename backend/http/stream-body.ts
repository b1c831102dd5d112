/** Sends what is read piece by piece as an attachment; when it breaks off, so does the connection, never as a clean end. */
import { Readable } from 'node:stream';
import type { Context as HonoContext } from 'hono';
import type { Evidence } from '../contract/results.ts';

export function streamBody(c: HonoContext, evidence: Evidence, body: AsyncIterable<Uint8Array>): Response {
  const name = evidence.name.replaceAll(/[^\w.-]/g, '_');
  return c.body(Readable.toWeb(Readable.from(body)) as ReadableStream, 200, {
    // Evidence is untrusted: it is saved, never shown as a page of this server.
    'Content-Type': 'application/octet-stream',
    'Content-Disposition': `attachment; filename="${name}"`,
    'Content-Length': String(evidence.size),
  });
}

export function streamLines(c: HonoContext, lines: AsyncIterable<string>, name: string): Response {
  return c.body(Readable.toWeb(Readable.from(lines, { objectMode: false })) as ReadableStream, 200, {
    'Content-Type': 'application/jsonl',
    'Content-Disposition': `attachment; filename="${name}"`,
  });
}
