/** The one place that talks to the server: tries again with jitter, limits silence, and explains what went wrong. */
import type * as z from 'zod/mini';
import type { Credential } from './credential.ts';
import type { Environment } from './environment.ts';
import { BrokenError, CancelledError } from './errors.ts';
import { startIdleLimit, watchedStream } from './idle-limit.ts';
import { type Line, parseServerTiming } from './line.ts';
import { explainFailure, HttpFailure, parseProblem } from './refusal.ts';
import { NetworkFailure, parseRetryAfter, waitBeforeRetry } from './retry.ts';

/** Where the server is (without a slash at the end), what the machine offers, and what is known of the line between. */
export type Wire = { base: string; environment: Environment; line: Line };

export type Call = {
  /** What is being done, for the message: "starting the run". */
  what: string;
  method: 'GET' | 'POST' | 'PUT';
  path: string;
  headers?: Record<string, string>;
  /** Made anew for every try. */
  body?: () => Promise<string | URLSearchParams | Uint8Array>;
  credential?: Credential;
  /** The step's input that the request is about. */
  input?: string;
  /** At most so many tries. */
  tries?: number;
  /** Milliseconds without a byte after which a try has failed. */
  idle?: number;
  /** Instead of the environment's, for what must still be said after the job is cancelled. */
  signal?: AbortSignal;
};

export type Answer = { headers: Headers; chunks: AsyncIterable<Uint8Array> };

const TRIES = 8;
const IDLE = 60_000;
/** Bytes of the largest JSON answer that is read: a page of results with its stack traces. */
const LARGEST_JSON = 32 * 1024 * 1024;
const LARGEST_PROBLEM = 64 * 1024;

/**
 * Makes the call, and hands a successful answer to `read`, whose reading is part of the try: a body that is cut is asked
 * for again.
 *
 * @throws RefusedError, BrokenError, CancelledError
 */
export async function request<T>(wire: Wire, call: Call, read: (answer: Answer) => Promise<T>): Promise<T> {
  const { clock, random } = wire.environment;
  const signal = call.signal ?? wire.environment.signal;
  let renewed = false;
  for (let failures = 1; ; failures++) {
    if (signal.aborted) throw new CancelledError();
    try {
      return await tryOnce(wire, call, signal, read);
    } catch (error) {
      if (signal.aborted) throw new CancelledError();
      if (!renewed && call.credential?.renew && isExpired(error)) {
        renewed = true;
        await call.credential.renew();
        continue;
      }
      const wait = failures < (call.tries ?? TRIES) ? waitBeforeRetry(error, failures, random) : null;
      if (wait === null) throw explain(wire, call, error);
      await clock.sleep(wait, signal);
    }
  }
}

/** The same, for an answer in JSON of a known shape. */
export async function requestJson<S extends z.ZodMiniType>(wire: Wire, call: Call, shape: S): Promise<z.output<S>> {
  const text = await request(wire, call, ({ chunks }) => readText(chunks, LARGEST_JSON));
  const parsed = shape.safeParse(text === null ? undefined : parseJson(text));
  if (!parsed.success) throw new BrokenError(`${call.what}: the server's answer has not the expected shape.`);
  return parsed.data;
}

async function tryOnce<T>(
  wire: Wire,
  call: Call,
  signal: AbortSignal,
  read: (answer: Answer) => Promise<T>,
): Promise<T> {
  const { clock, fetch } = wire.environment;
  const url = wire.base + call.path;
  const body = await call.body?.();
  const credential = await call.credential?.headers(call.method, url, clock.now());
  const idle = startIdleLimit(call.idle ?? IDLE);
  const started = clock.now();
  try {
    const response = await fetch(url, {
      method: call.method,
      headers: { ...call.headers, ...credential, ...lengthOf(body) },
      body: body instanceof Uint8Array ? watchedStream(body, idle.touch) : body,
      duplex: 'half',
      // A token never follows a redirect to somebody else.
      redirect: 'manual',
      signal: AbortSignal.any([idle.signal, signal]),
    }).catch((cause: unknown) => {
      throw new NetworkFailure(cause);
    });
    idle.touch();
    let received = 0;
    const rest = { received: 0, from: 0 };
    const chunks = watchedChunks(response, (bytes) => {
      idle.touch();
      if (received === 0) rest.from = clock.now();
      else rest.received += bytes;
      received += bytes;
    });
    if (response.ok) {
      const result = await read({ headers: response.headers, chunks });
      const sent = body instanceof Uint8Array ? body.length : 0;
      const ofServer = parseServerTiming(response.headers.get('server-timing'));
      const ended = clock.now();
      wire.line.note({
        sent,
        received,
        milliseconds: ended - started,
        ofServer,
        rest: { received: rest.received, milliseconds: ended - rest.from },
      });
      return result;
    }
    const problem = parseProblem((await readText(chunks, LARGEST_PROBLEM)) ?? '');
    throw new HttpFailure(response.status, problem, parseRetryAfter(response.headers.get('retry-after'), clock.now()));
  } finally {
    idle.stop();
  }
}

/** A stream has no length of its own; the server refuses a part that does not say it. */
function lengthOf(body: unknown): Record<string, string> {
  return body instanceof Uint8Array
    ? { 'content-length': String(body.length), 'content-type': 'application/octet-stream' }
    : {};
}

async function* watchedChunks(response: Response, arrived: (bytes: number) => void): AsyncGenerator<Uint8Array> {
  if (!response.body) return;
  try {
    for await (const chunk of response.body) {
      arrived(chunk.length);
      yield chunk;
    }
  } catch (cause) {
    throw new NetworkFailure(cause);
  }
}

/** The text of the chunks; null where there is more than the limit. */
async function readText(chunks: AsyncIterable<Uint8Array>, limit: number): Promise<string | null> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > limit) return null;
    parts.push(chunk);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isExpired(error: unknown): boolean {
  return error instanceof HttpFailure && error.status === 401 && error.problem?.code === 'invalid_token';
}

function explain(wire: Wire, call: Call, error: unknown): unknown {
  if (error instanceof HttpFailure) {
    const aboutCredential = error.status === 401 || error.status === 403;
    return explainFailure(error, call.what, (aboutCredential ? call.credential?.input : call.input) ?? null);
  }
  if (!(error instanceof NetworkFailure)) return error;
  const hint = error.isCertificate
    ? ' Its certificate is not trusted here: name the file of your certificate authority in NODE_EXTRA_CA_CERTS.'
    : '';
  return new BrokenError(`${call.what}: ${wire.base} cannot be reached (${error.reason}).${hint}`, error);
}
