/** Which addresses of the network a customer's word may lead to: those that anybody can reach, never ours. */
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';

/** Whether it is a public unicast address, also inside an IPv4-mapped, 6to4 or NAT64 one. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.process(address);
  return parsed.range() === 'unicast';
}

/** A lookup that answers with public addresses only, all of them or none: the connection is made to what was checked. */
export const lookupPublic: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
    const isOurs = !error && (found.length === 0 || found.some(({ address }) => !isPublicAddress(address)));
    const problem = error ?? (isOurs ? new Error('the name leads to an address that is not public') : null);
    if (options.all) callback(problem, problem ? [] : found);
    else callback(problem, found[0]?.address ?? '', found[0]?.family ?? 0);
  });
};
