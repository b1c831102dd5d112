/** Mounts the routes of the contract: each has a handler, an access and schemas, or it does not exist. */
import { randomUUID } from 'node:crypto';
import { Hono, type Context as HonoContext, type Handler as HonoHandler } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { Logger } from 'pino';
import { ROUTES, type Route, type RouteName } from '../contract/routes.ts';
import { DevicelaneError, notFound } from '../errors.ts';
import type { Call, Handler, Handlers, HttpDeps, HttpEnv } from './call.ts';
import { contextFor } from './context-for.ts';
import { drainBody } from './drain-body.ts';
import { answerProblem } from './problem.ts';
import { parse, readBody } from './read-body.ts';
import { requireSingleHeaders } from './require-single-headers.ts';

export function mountRoutes(handlers: Handlers, deps: HttpDeps, log: Logger): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.use(async (c, next) => {
    const startedAt = performance.now();
    c.set('requestId', randomUUID());
    await next();
    c.header('X-Request-Id', c.get('requestId'));
    // The route, never the URL: that may hold an id, a cursor or a one-time code.
    const ms = Math.round(performance.now() - startedAt);
    log.info(
      { requestId: c.get('requestId'), method: c.req.method, route: c.get('route'), status: c.res.status, ms },
      'request',
    );
  });
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
      // Not `no-referrer`: with it a browser's own form posts say `Origin: null`, and could not be told from foreign ones.
      referrerPolicy: 'same-origin',
      xFrameOptions: 'DENY',
      strictTransportSecurity: deps.publicUrl.startsWith('https:') ? 'max-age=31536000; includeSubDomains' : false,
    }),
  );
  app.use((c, next) => {
    requireSingleHeaders(c.env.incoming);
    return next();
  });
  for (const [name, route] of Object.entries(ROUTES) as [RouteName, Route][]) {
    const path = route.path.replaceAll(/\{(\w+)\}/g, ':$1');
    app.on(route.method.toUpperCase(), path, answer(route, handlers[name] as Handler, deps));
  }
  app.notFound((c) => answerProblem(c, notFound(), log));
  app.onError((error, c) => answerProblem(c, error, log));
  return app;
}

function answer(route: Route, handle: Handler, deps: HttpDeps): HonoHandler<HttpEnv> {
  async function handleChecked(c: HonoContext<HttpEnv>): Promise<Response> {
    deps.limits.beforeLook(c, route);
    const system = deps.system(c.get('requestId'));
    const params = parseParams(route, c.req.param() as Record<string, string>);
    const ctx = await contextFor(c, deps, system, route).catch((error) => {
      if (error instanceof DevicelaneError && error.status === 401) deps.limits.noteRefused(c);
      throw error;
    });
    if (ctx) deps.limits.requireRoom(ctx.actor);
    const query = parseQuery(route, c.req.queries());
    const isStream = route.signed || route.request?.contentType === 'application/octet-stream';
    const body = route.request && !isStream ? await readBody(c, route.request) : undefined;
    return handle({ c, deps, system, params, query, body, ctx } as Call);
  }
  return async (c) => {
    const startedAt = performance.now();
    c.set('route', route.path);
    c.header('Cache-Control', 'no-store');
    try {
      const response = await handleChecked(c);
      if (route.timed) response.headers.set('Server-Timing', `app;dur=${(performance.now() - startedAt).toFixed(1)}`);
      return response;
    } catch (error) {
      if (route.request) await drainBody(c.env.incoming);
      throw error;
    }
  };
}

/** An id of the wrong form is answered like one that does not exist. */
function parseParams(route: Route, given: Record<string, string>): object {
  return Object.fromEntries(
    Object.entries(route.params ?? {}).map(([name, schema]) => {
      try {
        return [name, parse(schema, given[name], name)];
      } catch (error) {
        throw error instanceof DevicelaneError && name !== 'number' ? notFound() : error;
      }
    }),
  );
}

function parseQuery(route: Route, given: Record<string, string[]>): object {
  const known = route.query ?? {};
  for (const [name, values] of Object.entries(given)) {
    if (!Object.hasOwn(known, name)) {
      throw new DevicelaneError('invalid_request', `${name} is not known here.`, { field: name });
    }
    if (values.length > 1) throw new DevicelaneError('invalid_request', `Give ${name} once.`, { field: name });
  }
  return Object.fromEntries(
    Object.entries(known).map(([name, schema]) => [name, parse(schema, given[name]?.[0], name)]),
  );
}
