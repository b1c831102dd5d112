/** How the stand-in answers: refusals, streams of events, cut connections. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Fault } from './faults.ts';
import { ProofRefused } from './proof-check.ts';
import type { ScriptedRun } from './scripted-run.ts';

/** A request that is refused: becomes problem details. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;

  constructor(status: number, code: string, detail: string, field?: string) {
    super(detail);
    this.status = status;
    this.code = code;
    this.field = field;
  }
}

/** The connection ends here, without an answer. */
export class Cut extends Error {}

/** Writes what happens to the run, from the event after `Last-Event-ID` on. */
export async function streamEvents(
  run: ScriptedRun,
  request: IncomingMessage,
  response: ServerResponse,
  fault: Fault['act'] | null,
): Promise<void> {
  const since = Number(header(request, 'last-event-id') ?? 0);
  const last = fault?.kind === 'cut stream' ? since + fault.after : Number.POSITIVE_INFINITY;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(': hello\n\n');
  for (let number = since + 1; !response.destroyed && number <= last; ) {
    const event = run.events[number - 1];
    if (event) {
      run.happened = Math.max(run.happened, number);
      const text = `event: change\nid: ${number}\ndata: ${JSON.stringify(event)}\n\n`;
      await new Promise((resolve) => response.write(text, resolve));
      number++;
      if (event.state === 'finished') return void response.end();
    } else {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  request.socket.destroy();
}

/** Answers with problem details (RFC 9457). */
export function refuse(response: ServerResponse, error: unknown): void {
  const [status, code] =
    error instanceof Refusal
      ? [error.status, error.code]
      : error instanceof ProofRefused
        ? [401, 'invalid_proof']
        : [400, 'invalid_request'];
  const field = error instanceof Refusal ? error.field : undefined;
  const detail = (error as Error).message;
  response.writeHead(status, { 'content-type': 'application/problem+json' });
  response.end(JSON.stringify({ type: 'about:blank', title: code, status, code, detail, requestId: 'req-1', field }));
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export function header(request: IncomingMessage, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
