/** Lets AWS's own client send through the server's one way out. Source: the `HttpHandler` of Smithy's clients. */
import type { Outgoing } from '../../outgoing/port.ts';
import { MAX_ANSWER } from '../reach.ts';

type Wanted = {
  protocol: string;
  hostname: string;
  port?: number | undefined;
  path: string;
  query?: Record<string, string | string[] | null> | undefined;
  method: string;
  headers: Record<string, string>;
  body?: RequestInit['body'] | undefined;
};

export function requestHandler(outgoing: Outgoing) {
  return {
    async handle(wanted: Wanted, { abortSignal }: { abortSignal?: unknown } = {}) {
      const { protocol, hostname, port, path, query, method, headers, body } = wanted;
      const url = new URL(`${protocol}//${hostname}${port ? `:${port}` : ''}${path}`);
      for (const [name, value] of Object.entries(query ?? {})) {
        for (const each of [value ?? ''].flat()) url.searchParams.append(name, each);
      }
      const answer = await outgoing.fetch(url, {
        method,
        headers,
        mostBytes: MAX_ANSWER,
        body: body ?? null,
        signal: (abortSignal as AbortSignal | undefined) ?? null,
      });
      return {
        response: { statusCode: answer.status, headers: Object.fromEntries(answer.headers), body: answer.body },
      };
    },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
  };
}
