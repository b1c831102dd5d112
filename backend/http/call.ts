/** What a route's handler is given: input that its schemas have accepted, and a context that its access demands. */
import type { HttpBindings } from '@hono/node-server';
import type { Context as HonoContext } from 'hono';
import type * as z from 'zod/mini';
import type { AccessProofs, Webhook } from '../codehosts/port.ts';
import type { Context, SystemContext } from '../context.ts';
import type { Body, ROUTES, Route, RouteName } from '../contract/routes.ts';
import type { Issuers } from '../tokens/issuers.ts';
import type { RateLimits } from './rate-limits.ts';

/** What the HTTP layer has beside the tenants: built once, at start. */
export type HttpDeps = {
  /** A view above all tenants for one request. */
  system(requestId: string): SystemContext;
  issuers: Issuers;
  /** null: no secret is configured, so no event can be believed. */
  githubWebhook: (Webhook & { appId: string }) | null;
  /** null: nobody can prove access to a repository, and the operator approves. */
  accessProofs: AccessProofs | null;
  publicUrl: string;
  limits: RateLimits;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
};

export type HttpEnv = { Bindings: HttpBindings; Variables: { requestId: string; route: string } };

type Shapes = Record<string, z.core.$ZodType> | undefined;
type Output<S extends Shapes> = S extends Record<string, z.core.$ZodType> ? { [K in keyof S]: z.output<S[K]> } : object;
type Part<R, K extends string> = R extends Record<K, infer V> ? V : undefined;
type BodyOf<R> = R extends { signed: true } | { request: { contentType: 'application/octet-stream' } }
  ? undefined
  : Part<R, 'request'> extends { schema: infer S extends z.core.$ZodType }
    ? z.output<S>
    : undefined;

export type Call<R = Route> = {
  c: HonoContext<HttpEnv>;
  deps: HttpDeps;
  system: SystemContext;
  params: Output<Part<R, 'params'> extends infer P extends Shapes ? P : undefined>;
  query: Output<Part<R, 'query'> extends infer Q extends Shapes ? Q : undefined>;
  body: BodyOf<R>;
} & (R extends { access: { who: 'public' } } ? object : { ctx: Context });

export type Handler<R = Route> = (call: Call<R>) => Promise<Response> | Response;
export type Handlers = { [N in RouteName]: Handler<(typeof ROUTES)[N]> };
export type { Body };
