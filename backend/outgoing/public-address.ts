/** Which addresses of the network a customer's word may lead to: those that anybody can reach, never ours. */
import type { LookupAddress } from 'node:dns';
import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { NotReachable } from './port.ts';

/** Where clouds tell a machine's credentials to whoever asks from it, beside the link-local addresses: AWS's, Alibaba's. */
const METADATA = ['fd00:ec2::254', '100.100.100.200'];

/** Whether it is a public unicast address, also inside an IPv4-mapped, 6to4 or NAT64 one. */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  return ipaddr.process(address).range() === 'unicast';
}

/** Whether a machine's credentials may be had there: never reached, whatever an operator has opened. */
export function isMetadataAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  const parsed = ipaddr.process(address);
  return (
    parsed.range() === 'linkLocal' || METADATA.some((each) => ipaddr.process(each).toString() === parsed.toString())
  );
}

/** A lookup that answers with public addresses only, all of them or none: the connection is made to what was checked. */
export const lookupPublic = lookupWhere(isPublicAddress, 'its name leads to an address that is not public');

/** A lookup for names that the operator has opened. */
export const lookupOpened = lookupWhere(
  (address) => !isMetadataAddress(address),
  'its name leads to where a machine’s credentials are',
);

function lookupWhere(isRight: (address: string) => boolean, otherwise: string): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, found: LookupAddress[]) => {
      const isWrong = !error && (found.length === 0 || !found.every(({ address }) => isRight(address)));
      const problem = error ?? (isWrong ? new NotReachable(otherwise) : null);
      if (options.all) callback(problem, problem ? [] : found);
      else callback(problem, found[0]?.address ?? '', found[0]?.family ?? 0);
    });
  };
}
