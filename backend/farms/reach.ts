/** Where a connection's requests may go: what its settings name, and what the farm names in its answers. */
import { NotReachable, type Outgoing } from '../outgoing/port.ts';
import { FarmError } from './port.ts';

/** Bytes of an answer that is read at once: more than any page of a farm's, and parsed before anybody notices. */
export const MAX_ANSWER = 16 * 1024 * 1024;
/** Bytes of all such answers to what one opened connection asks: pages are put together in memory. */
const MAX_ANSWERS = 64 * 1024 * 1024;

/** Codes of the system that say that no request was sent. */
const NOT_SENT = ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'EAI_AGAIN'];

export const wasNotSent = (error: unknown): boolean => NOT_SENT.includes(String((error as { code?: unknown }).code));

/** Lets all answers with a bound have one together: to be made for each opened connection. */
export function withBudget(outgoing: Outgoing): Outgoing {
  let left = MAX_ANSWERS;
  return {
    ...outgoing,
    async fetch(address, init = {}) {
      if (init.mostBytes === undefined) return outgoing.fetch(address, init);
      const answer = await outgoing.fetch(address, { ...init, mostBytes: Math.min(init.mostBytes, left) });
      if (!answer.body) return answer;
      const counted = new TransformStream<Uint8Array, Uint8Array>({
        transform(piece, out) {
          left -= piece.length;
          out.enqueue(piece);
        },
      });
      return new Response(answer.body.pipeThrough(counted), answer);
    },
  };
}

/** @throws FarmError `refused` for one that is never sent to */
export function requireBaseUrl(outgoing: Outgoing, baseUrl: string): void {
  try {
    outgoing.requireUrl(baseUrl);
  } catch (error) {
    throw notReached(error, { what: 'settings.baseUrl is no address for it', field: 'settings.baseUrl' }) ?? error;
  }
}

const ANY = { what: 'Nothing is sent to an address of this farm' };

/** What to throw where nothing is sent for that reason; null for any other error. */
export function notReached(
  error: unknown,
  { what, ...more }: { what: string; field?: string } = ANY,
): FarmError | null {
  if (!(error instanceof NotReachable)) return null;
  const message = `${what}: ${error.message}. The operator opens others in OUTGOING_HOSTS.`;
  return new FarmError('refused', message, { ...more, cause: error });
}
