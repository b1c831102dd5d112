/** Calls to Google, as a service account: its token by Google's own library, the calls by the one fetch of farms. */
import type * as z from 'zod/mini';
import type { Outgoing } from '../../outgoing/port.ts';
import { answer, type Calls, call } from '../farm-fetch.ts';
import { openLink } from '../open-link.ts';
import { FarmError } from '../port.ts';
import { MAX_ANSWER, notReached } from '../reach.ts';
import { sendFile } from '../send-file.ts';
import type { FirebaseCredential, FirebaseSettings } from './settings.ts';

const SERVICES = {
  testing: 'https://testing.googleapis.com',
  toolresults: 'https://toolresults.googleapis.com',
  storage: 'https://storage.googleapis.com',
} as const;
export type Service = keyof typeof SERVICES;
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform';
/** More pages than any run has; a farm whose pages go in a circle ends here. */
const MAX_PAGES = 1_000;

export type GoogleClient = ReturnType<typeof createGoogleClient>;
type Query = Readonly<Record<string, string | number>>;
type Page = { nextPageToken?: string | null | undefined };

const withQuery = (path: string, query: Query): string => {
  const given = Object.entries(query).map(([name, value]): [string, string] => [name, String(value)]);
  return `${path}?${new URLSearchParams(given)}`;
};

/** @param options.timeoutMs milliseconds to wait for an answer */
export function createGoogleClient(
  { baseUrl }: Pick<FirebaseSettings, 'baseUrl'>,
  credential: FirebaseCredential | null,
  { outgoing, timeoutMs }: { outgoing: Outgoing; timeoutMs: number },
) {
  let opened: Promise<() => Promise<string>> | null = null;

  /** Loaded with the first call: a server without this farm must not pay for it. */
  async function open(): Promise<() => Promise<string>> {
    if (!credential) throw new FarmError('refused', 'The connection has no credential.');
    const { JWT, gaxios } = await import('google-auth-library');
    const fetchImplementation: typeof fetch = (address, init) =>
      outgoing.fetch(address instanceof Request ? address.url : address, { ...init, mostBytes: MAX_ANSWER });
    const transporter = new gaxios.Gaxios({ timeout: timeoutMs, retry: false, fetchImplementation });
    if (baseUrl) {
      const tokenUrl = new URL('/token', baseUrl);
      transporter.interceptors.request.add({ resolved: async (request) => ({ ...request, url: tokenUrl }) });
    }
    const { client_email: email, private_key: key, private_key_id: keyId } = credential;
    const jwt = new JWT({ email, key, scopes: [SCOPE], transporter, ...(keyId ? { keyId } : {}) });
    return async () => (await jwt.getAccessToken()).token ?? '';
  }

  async function token(): Promise<string> {
    opened ??= open();
    const getToken = await opened;
    try {
      return await getToken();
    } catch (error) {
      const { status } = (error as { response?: { status?: number } }).response ?? {};
      // What is thrown holds the signed assertion.
      const refused = notReached((error as { cause?: unknown }).cause);
      if (refused) throw refused;
      if (status === 400 || status === 401) {
        throw new FarmError(
          'refused',
          'Google does not take this service account’s key: it is revoked, or a clock is wrong.',
        );
      }
      throw new FarmError('broken', `Google gave no token${status ? ` (status ${status})` : ''}.`);
    }
  }

  const authorization = async () => ({ authorization: `Bearer ${await token()}` });
  const baseOf = (service: Service): string => baseUrl ?? SERVICES[service];
  const callsTo = async (service: Service): Promise<Calls> => ({
    outgoing,
    baseUrl: baseOf(service),
    timeoutMs,
    headers: await authorization(),
    explain: reasonOf,
  });

  async function get<T>(service: Service, path: string, query: Query, schema: z.ZodMiniType<T>): Promise<T> {
    return answer(await call(await callsTo(service), withQuery(path, query), { method: 'GET' }), schema);
  }

  return {
    get,

    /** Null where there is no such thing (any more). */
    async find<T>(service: Service, path: string, query: Query, schema: z.ZodMiniType<T>): Promise<T | null> {
      const calls = { ...(await callsTo(service)), takes: [404] };
      const response = await call(calls, withQuery(path, query), { method: 'GET' });
      return response.status === 404 ? null : answer(response, schema);
    },

    /** Every page. @throws FarmError, also where pages are missing or go in a circle */
    async list<T extends Page>(
      service: Service,
      path: string,
      query: Query,
      schema: z.ZodMiniType<T>,
      maxPages = MAX_PAGES,
    ): Promise<T[]> {
      const pages: T[] = [];
      const seen = new Set<string>();
      for (let pageToken = ''; pages.length < maxPages; ) {
        const page = await get(service, path, { ...query, ...(pageToken ? { pageToken } : {}) }, schema);
        pages.push(page);
        pageToken = page.nextPageToken ?? '';
        if (!pageToken) return pages;
        if (seen.has(pageToken)) break;
        seen.add(pageToken);
      }
      throw new FarmError('broken', 'The farm’s pages have no end.');
    },

    /** @param mayStart whether an answer that is lost leaves something started */
    async post<T>(
      service: Service,
      path: string,
      query: Query,
      body: object,
      schema: z.ZodMiniType<T>,
      mayStart = false,
    ): Promise<T> {
      const headers = { 'content-type': 'application/json' };
      const init = { method: 'POST', headers, body: JSON.stringify(body) };
      return answer(await call(await callsTo(service), withQuery(path, query), init, mayStart), schema, mayStart);
    },

    /** One that is gone is success. */
    async cancel(path: string): Promise<void> {
      const calls = { ...(await callsTo('testing')), takes: [404] };
      await (await call(calls, `${path}:cancel`, { method: 'POST' })).body?.cancel();
    },

    /** One that is gone is success. */
    async remove(service: Service, path: string): Promise<void> {
      const calls = { ...(await callsTo(service)), takes: [404] };
      await (await call(calls, path, { method: 'DELETE' })).body?.cancel();
    },

    /** Streams a file's bytes. Returns the status, which the caller judges. */
    async send(path: string, query: Query, size: number, body: AsyncIterable<Uint8Array>): Promise<number> {
      const headers = { ...(await authorization()), 'content-type': 'application/octet-stream' };
      const url = new URL(withQuery(path, query), baseOf('storage'));
      return (await sendFile(url, { outgoing, method: 'POST', headers, size, body })).status;
    },

    /** An object's bytes from an offset on; null where it is gone. */
    async open(path: string, offset: number): Promise<AsyncIterable<Uint8Array> | null> {
      const url = new URL(withQuery(path, { alt: 'media' }), baseOf('storage'));
      const opened = await openLink(outgoing, url, { offset, headers: await authorization() });
      if (opened.state === 'moved') throw new FarmError('broken', 'Google’s store sent us elsewhere.');
      return opened.state === 'open' ? opened.body : null;
    },
  };
}

/** Google's own sentence, where the refusal is one of its JSON errors. */
function reasonOf(text: string): string | null {
  try {
    const { error } = JSON.parse(text) as { error?: { message?: unknown } };
    return typeof error?.message === 'string' ? error.message : null;
  } catch {
    return null;
  }
}
