/** Requests by https to public addresses, and to hosts that the operator has opened. */
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import type { Readable } from 'node:stream';
import { NotReachable, type Outgoing, type RequestOptions } from './port.ts';
import { isMetadataAddress, isPublicAddress, lookupOpened, lookupPublic } from './public-address.ts';

/** Milliseconds after which a connection that nobody uses is closed, and how many of a host's wait so long. */
const KEPT = { keepAlive: true, timeout: 5_000, maxFreeSockets: 8 };

/** Statuses whose answers have no body (Fetch, 2.2.3). */
const WITHOUT_BODY = [101, 204, 205, 304];

/**
 * @param options.openHosts `host`, `host:port` or `*.domain` of the operator's network: reached though their addresses are not
 * public, and by http too
 */
export function createOutgoing({ openHosts }: { openHosts: readonly string[] }): Outgoing {
  const isOpen = ({ host, hostname }: URL): boolean =>
    openHosts.some((open) =>
      open.startsWith('*.') ? hostname.endsWith(open.slice(1)) : [host, hostname].includes(open),
    );

  // A connection that is used again leads where it led when its name was looked up: each host's is its own.
  const toPublic = new HttpsAgent({ ...KEPT, lookup: lookupPublic });
  const opened = { ...KEPT, lookup: lookupOpened };
  const toOpen = { http: new HttpAgent(opened), https: new HttpsAgent(opened) };

  function requireUrl(text: string): URL {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (!url || url.username || url.password || url.hash) {
      throw new NotReachable('it is no address without user and fragment');
    }
    // No name is looked up for an address.
    const literal = url.hostname.replace(/^\[|\]$/g, '');
    if (isMetadataAddress(literal)) throw new NotReachable('a machine’s credentials are there');
    if (isOpen(url) && /^https?:$/.test(url.protocol)) return url;
    if (url.protocol !== 'https:') throw new NotReachable('it is not https');
    if (isIP(literal) !== 0 && !isPublicAddress(literal)) throw new NotReachable('it is not a public address');
    return url;
  }

  function send(url: URL, options: RequestOptions): ClientRequest {
    const headers = { 'user-agent': 'devicelane', ...options.headers };
    if (url.protocol === 'http:') return requestHttp(url, { ...options, headers, agent: toOpen.http });
    return requestHttps(url, { ...options, headers, agent: isOpen(url) ? toOpen.https : toPublic });
  }

  return {
    requireUrl,
    request: (address, options) => send(requireUrl(String(address)), options),
    async fetch(address, { mostBytes = Number.POSITIVE_INFINITY, signal, ...init } = {}) {
      // Brings the many forms of headers and bodies into one each. Its signal would end with it: the answer outlives it.
      const url = requireUrl(String(address));
      const wanted = new Request(url, init);
      const body = Buffer.from(await wanted.arrayBuffer());
      const headers = Object.fromEntries(wanted.headers);
      const sent = send(url, {
        method: wanted.method,
        headers: body.length > 0 || wanted.method !== 'GET' ? { ...headers, 'content-length': body.length } : headers,
        ...(signal ? { signal } : {}),
      });
      const answer = await new Promise<IncomingMessage>((resolve, reject) => {
        sent.on('response', resolve).on('error', reject).end(body);
      });
      return responseOf(answer, mostBytes);
    },
  };
}

function responseOf(answer: IncomingMessage, mostBytes: number): Response {
  const headers = new Headers();
  for (const [name, values] of Object.entries(answer.headersDistinct)) {
    for (const value of values ?? []) headers.append(name, value);
  }
  const status = answer.statusCode ?? 0;
  try {
    if (!WITHOUT_BODY.includes(status)) {
      return new Response(bounded(answer, mostBytes), { status, headers });
    }
    answer.resume();
    return new Response(null, { status, headers });
  } catch (error) {
    // A status that is none.
    answer.destroy();
    throw error;
  }
}

/** Whoever leaves early closes the connection, also before anything was read. */
function bounded(answer: Readable, mostBytes: number): ReadableStream<Uint8Array> {
  const pieces = (answer as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  let bytes = 0;
  return new ReadableStream(
    {
      async pull(body) {
        const piece = await pieces.next();
        if (piece.done) return body.close();
        bytes += piece.value.length;
        if (bytes > mostBytes) {
          answer.destroy();
          throw new Error(`the answer has more than ${mostBytes} bytes`);
        }
        body.enqueue(piece.value);
      },
      cancel: () => void answer.destroy(),
    },
    { highWaterMark: 0 },
  );
}
