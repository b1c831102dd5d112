/** How the account is reached; `config.ts` has checked it. */
import type { Pace } from './azure-call.ts';

export type AzureAccount =
  /** Holds a key or a signature: never log it. */
  | { connectionString: string }
  /** As the identity that this machine was given; `clientId` says which, where it has several. */
  | { url: string; clientId: string | null };

/** In all about a quarter of a minute for one request, which outlasts a server that changes hands. */
export const PACE: Pace = { tries: 6, retryDelayMs: 500, idleMs: 60_000 };
