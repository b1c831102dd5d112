/** The address that a request comes from, as far as it can be believed. */
import { isIPv4, isIPv6 } from 'node:net';
import type { Context as HonoContext } from 'hono';
import type { HttpEnv } from './call.ts';

/**
 * The connection's own address, or, behind so many proxies of ours, what the outermost of them saw: counted from the end of
 * X-Forwarded-For, since whatever stands before that the client may have written itself.
 */
export function clientAddress(c: HonoContext<HttpEnv>, trustedHops: number): string {
  const own = c.env.incoming.socket.remoteAddress ?? '';
  if (trustedHops === 0) return network(own);
  const forwarded = (c.req.header('x-forwarded-for') ?? '').split(',').map((part) => part.trim());
  const seen = forwarded.at(-trustedHops) ?? '';
  return network(isIPv4(seen) || isIPv6(seen) ? seen : own);
}

/** An IPv6 network is given to one customer as a whole: its first 64 bits stand for it. */
function network(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1]) return mapped[1];
  if (!isIPv6(address)) return address;
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const first = head === '' ? [] : head.split(':');
  const last = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - first.length - last.length);
  const groups = [...first, ...Array<string>(zeros).fill('0'), ...last];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
