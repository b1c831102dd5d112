/** The server that is probed: asked from outside, within bounds, and followed nowhere else. */
import { type Agent, type IncomingHttpHeaders, Agent as PlainAgent, request as requestPlain } from 'node:http';
import { request as requestSecure, Agent as SecureAgent } from 'node:https';
import { isIP } from 'node:net';
import { NoAnswer } from './attack.ts';
import type { Forger } from './forge.ts';
import { hostOf, type Pace, type RawAnswer, sendRaw } from './send-raw.ts';

/** Milliseconds for one request. */
const TIMEOUT_MS = 10_000;
const MAX_REQUESTS = 10_000;
/** Requests in a row without an answer, after which no more are sent. */
const MAX_SILENT = 10;
const MAX_TEXT = 1024 * 1024;

export type Asked = {
  method: string;
  /** Sent as it is written. */
  path: string;
  /** A list is sent as so many headers. */
  headers?: Record<string, string | string[]>;
  body?: string | Uint8Array;
  /** What of the above no answer may hold. */
  secrets?: readonly string[];
};
export type Answer = { status: number; headers: IncomingHttpHeaders; text: string; echoes: boolean };

export class Target {
  readonly url: URL;
  readonly forger: Forger;
  /** The server's own URL, by which it knows its own pages. */
  readonly publicUrl: string;
  /** Requests sent. */
  sent = 0;
  /** Answers that said that a limit was reached. */
  limited = 0;
  #silent = 0;
  readonly #agent: Agent;

  constructor(url: URL, publicUrl: string, forger: Forger) {
    this.url = url;
    this.publicUrl = publicUrl;
    this.forger = forger;
    this.#agent = new (url.protocol === 'https:' ? SecureAgent : PlainAgent)({ keepAlive: true, maxSockets: 4 });
  }

  get origin(): string {
    return new URL(this.publicUrl).origin;
  }

  /** @throws NoAnswer */
  async ask(asked: Asked): Promise<Answer> {
    const answer = await this.#counted(() => this.#ask(asked));
    if (answer.status === 429) this.limited += 1;
    return answer;
  }

  /** Sends bytes that no well-behaved client would send. @throws NoAnswer */
  raw(pieces: readonly (string | Uint8Array)[], pace: Partial<Pace> = {}): Promise<RawAnswer> {
    return this.#counted(() => sendRaw(this.url, pieces, { pauseMs: 0, timeoutMs: TIMEOUT_MS, ...pace }));
  }

  close(): void {
    this.#agent.destroy();
  }

  async #counted<A>(send: () => Promise<A>): Promise<A> {
    if (this.sent >= MAX_REQUESTS) throw new NoAnswer(`not asked: ${MAX_REQUESTS} requests are enough`);
    if (this.#silent >= MAX_SILENT) throw new NoAnswer('not asked: the server has stopped answering');
    this.sent += 1;
    this.#silent += 1;
    try {
      const answer = await send();
      this.#silent = 0;
      return answer;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw error instanceof NoAnswer ? error : new NoAnswer(`no answer (${code ?? 'broken'})`, { cause: error });
    }
  }

  #ask({ method, path, headers, body, secrets = [] }: Asked): Promise<Answer> {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    return new Promise((resolve, reject) => {
      const send = this.url.protocol === 'https:' ? requestSecure : requestPlain;
      const host = hostOf(this.url);
      const request = send({
        host,
        port: this.url.port,
        // Of the URL, also where the Host header says another.
        servername: isIP(host) ? '' : host,
        method,
        path,
        headers: { ...length, ...headers },
        agent: this.#agent,
      });
      const timer = setTimeout(() => request.destroy(new NoAnswer(`no answer in ${TIMEOUT_MS / 1000} s`)), TIMEOUT_MS);
      request.on('close', () => clearTimeout(timer)).on('error', reject);
      request.on('response', (response) => {
        let text = '';
        const done = (): void => {
          const all = text + JSON.stringify(response.headers);
          const echoes = secrets.some((secret) => all.includes(secret));
          resolve({ status: response.statusCode ?? 0, headers: response.headers, text, echoes });
        };
        response.setEncoding('utf8');
        response.on('data', (more: string) => {
          text += more;
          // A stream of events has no end of its own.
          if (text.length > MAX_TEXT || /event-stream/.test(response.headers['content-type'] ?? '')) request.destroy();
        });
        response.on('close', done).on('error', done);
      });
      request.end(body);
    });
  }
}
