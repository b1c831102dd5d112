/** Gives a token back before its time is up (RFC 7009). */
import { request, type Wire } from './request.ts';

/** Milliseconds. */
const PATIENCE = 2000;

/** Revokes the token; a failure is only noted, since the token ends by itself within minutes. */
export async function revoke(wire: Wire, token: string): Promise<void> {
  try {
    await request(
      wire,
      {
        what: 'giving the token back',
        method: 'POST',
        path: '/oauth/revoke',
        body: async () => new URLSearchParams({ token }),
        tries: 2,
        signal: AbortSignal.timeout(PATIENCE),
      },
      async () => {},
    );
  } catch (error) {
    wire.environment.log.line(`The token was not given back: ${(error as Error).message}`);
  }
}
