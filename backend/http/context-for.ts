/** Makes the context that a route's access demands; without it the handler is never reached. */
import type { Context as HonoContext } from 'hono';
import { auditRefusal } from '../audit/append-refusal.ts';
import type { Context, SystemContext } from '../context.ts';
import type { Operation } from '../contract/oauth.ts';
import type { Route } from '../contract/routes.ts';
import { authenticatePerson } from '../people/session.ts';
import { authenticate } from '../tokens/authenticate.ts';
import { mayDo, requireOperation } from '../tokens/permissions.ts';
import type { HttpDeps, HttpEnv } from './call.ts';
import { readSession, requireSameOrigin } from './session-cookie.ts';

/** @throws DevicelaneError `unauthenticated`, `invalid_token`, `invalid_proof`, `replayed`, `forbidden` */
export async function contextFor(
  c: HonoContext<HttpEnv>,
  deps: HttpDeps,
  system: SystemContext,
  route: Route,
): Promise<Context | null> {
  const { access } = route;
  if (access.who === 'public') return null;
  // One authenticator for each kind of credential, and no falling through from one to the other.
  const asPerson = access.who === 'person' || (access.who === 'machine or person' && !c.req.header('authorization'));
  if (asPerson) {
    const session = readSession(c, deps.publicUrl);
    // Without a session there is nothing that another site could misuse: the answer is that there is none.
    if (session && route.method !== 'get') requireSameOrigin(c, deps.publicUrl);
    const ctx = await authenticatePerson(system, session);
    if (access.who !== 'person') await allow(ctx, access.operation);
    return ctx;
  }
  const ctx = await authenticate(system, {
    authorization: c.req.header('authorization'),
    proof: c.req.header('dpop'),
    request: { method: c.req.method, url: deps.publicUrl + c.req.path },
    once: route.once ?? false,
  });
  if ('operation' in access) await allow(ctx, access.operation);
  return ctx;
}

/** @throws DevicelaneError `forbidden`, which the tenant's log tells of */
async function allow(ctx: Context, operation: Operation): Promise<void> {
  if (!mayDo(ctx.actor, operation)) await auditRefusal(ctx, 'forbidden');
  requireOperation(ctx, operation);
}
