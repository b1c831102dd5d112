/** Headers that say who asks, and whom, stand once: a proxy before this server must not have taken the other one. */
import type { IncomingMessage } from 'node:http';
import { DevicelaneError } from '../errors.ts';

const SINGLE = ['Host', 'Authorization', 'DPoP', 'Origin', 'Content-Type'];

/** @throws DevicelaneError `invalid_request` */
export function requireSingleHeaders({ rawHeaders }: IncomingMessage): void {
  const names = rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
  const twice = SINGLE.find((name) => names.indexOf(name.toLowerCase()) !== names.lastIndexOf(name.toLowerCase()));
  if (twice) throw new DevicelaneError('invalid_request', `Send ${twice} once.`, { field: twice });
}
