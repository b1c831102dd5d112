/** How often an address and a credential may ask. */
import type { Context as HonoContext } from 'hono';
import type { Actor } from '../context.ts';
import type { Route } from '../contract/routes.ts';
import { DevicelaneError } from '../errors.ts';
import { type Buckets, createBuckets, type Rate } from './buckets.ts';
import type { HttpEnv } from './call.ts';
import { clientAddress } from './client-address.ts';

export type Rates = {
  /** Writes of an address that anybody may ask: exchanges, reports, sign-ins. */
  open: Rate;
  /** Credentials of an address that were refused. */
  refused: Rate;
  /** Requests with one token, or of one person. */
  credential: Rate;
};

/** Many CI jobs share an address, and start on the hour; an upload sends its parts side by side. */
export const DEFAULT_RATES: Rates = {
  open: { burst: 1000, perSecond: 20 },
  refused: { burst: 600, perSecond: 5 },
  credential: { burst: 600, perSecond: 50 },
};

export type RateLimits = {
  /** Before anything is looked at. @throws DevicelaneError `rate_limited` */
  beforeLook(c: HonoContext<HttpEnv>, route: Route): void;
  /** A credential was refused. */
  noteRefused(c: HonoContext<HttpEnv>): void;
  /** Once it is known who asks. @throws DevicelaneError `rate_limited` */
  requireRoom(actor: Actor): void;
};

/** @param trustedHops proxies before this server, each of which adds to X-Forwarded-For */
export function createRateLimits(rates: Rates, trustedHops: number, now: () => number): RateLimits {
  const open = createBuckets(rates.open, now);
  const refused = createBuckets(rates.refused, now);
  const credential = createBuckets(rates.credential, now);
  const address = (c: HonoContext<HttpEnv>): string => clientAddress(c, trustedHops);
  return {
    beforeLook(c, route) {
      if (route.access.who !== 'public') requireNone(refused.wait(address(c)));
      else if (route.method !== 'get') takeFrom(open, address(c));
    },
    noteRefused(c) {
      refused.take(address(c));
    },
    requireRoom(actor) {
      if ('id' in actor) takeFrom(credential, actor.id);
    },
  };
}

const takeFrom = (buckets: Buckets, key: string): void => requireNone(buckets.take(key));

function requireNone(retryAfterSeconds: number): void {
  if (retryAfterSeconds === 0) return;
  throw new DevicelaneError('rate_limited', `Too many requests; ask again in ${retryAfterSeconds} s.`, {
    retryAfterSeconds,
  });
}
