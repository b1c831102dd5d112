/**
 * The capability of a CI job: got for the CI's OIDC token by RFC 8693, bound to the submission's key by RFC 9449.
 *
 * It lives 15 minutes at most. An upload may take longer, so it is got again, with a fresh OIDC token, when it is about to
 * end or when the server says that it has.
 */
import { randomUUID } from 'node:crypto';
import { ExchangedToken, GRANT_TYPE, SUBJECT_TOKEN_TYPES } from '../../backend/contract/oauth.ts';
import type { Credential } from './credential.ts';
import type { ProofKey } from './proof-key.ts';
import { requestJson, type Wire } from './request.ts';

/** Milliseconds before its end at which a capability is no more used for a new request. */
const MARGIN = 60_000;

export type Capability = Credential & {
  /** The token of the moment, for giving it back; null before the first request. */
  current(): string | null;
};

type Held = { token: string; until: number };

/** A capability that is got with the first request that needs one. */
export function capability(wire: Wire, key: ProofKey): Capability {
  let held: Held | null = null;
  let exchange: Promise<Held> | null = null;

  const renew = async (): Promise<Held> => {
    // Parts go up side by side: all that find the token stale wait for one exchange.
    exchange ??= exchangeToken(wire, key).finally(() => {
      exchange = null;
    });
    held = await exchange;
    return held;
  };

  return {
    async renew() {
      await renew();
    },
    current: () => held?.token ?? null,
    async headers(method, url, now) {
      const { token } = held && held.until - MARGIN >= now ? held : await renew();
      return { authorization: `DPoP ${token}`, dpop: key.prove({ method, url, token, now }) };
    },
  };
}

async function exchangeToken(wire: Wire, key: ProofKey): Promise<Held> {
  const { clock, getIdToken, log } = wire.environment;
  const started = clock.now();
  // A token works once, and a CI may give a job only one: a lost answer is asked for again with the same two.
  const idToken = await getIdToken(wire.base);
  const exchanged = await requestJson(
    wire,
    {
      what: 'proving who this CI job is',
      method: 'POST',
      path: '/oauth/token',
      credential: { headers: async (method, url, now) => ({ dpop: key.prove({ method, url, now }) }) },
      headers: { 'idempotency-key': randomUUID() },
      body: async () =>
        new URLSearchParams({
          grant_type: GRANT_TYPE,
          subject_token: idToken,
          subject_token_type: SUBJECT_TOKEN_TYPES[0],
        }),
    },
    ExchangedToken,
  );
  log.mask(exchanged.access_token);
  return { token: exchanged.access_token, until: started + exchanged.expires_in * 1000 };
}
