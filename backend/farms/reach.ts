/** Where a connection's requests may go: what its settings name, and what the farm names in its answers. */
import { NotReachable, type Outgoing } from '../outgoing/port.ts';
import { FarmError } from './port.ts';

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
