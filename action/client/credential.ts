/** What a request shows to say who asks. Headers are made anew for every try: a proof is good for one request only. */
import type { ProofKey } from './proof-key.ts';

export type Credential = {
  headers(method: string, url: string, now: number): Promise<Record<string, string>>;
  /** Gets a new token after the server has refused the present one; absent where there is no way to. */
  renew?(): Promise<void>;
  /** The step's input that it came from, if it came from one. */
  input?: string;
};

/** An API token or a cancel handle: whoever holds it may use it. */
export function bearer(token: string, input?: string): Credential {
  return { headers: async () => ({ authorization: `Bearer ${token}` }), input };
}

/** A token that is bound to the key: a run handle. */
export function bound(token: string, key: ProofKey): Credential {
  return {
    headers: async (method, url, now) => ({
      authorization: `DPoP ${token}`,
      dpop: key.prove({ method, url, token, now }),
    }),
  };
}
