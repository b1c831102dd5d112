/** The cookie of a person's session. */
import type { Context as HonoContext } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { DevicelaneError } from '../errors.ts';

/** `__Host-` pins the cookie to this host and path, which browsers allow over https only. */
const nameFor = (publicUrl: string): string => (publicUrl.startsWith('https:') ? '__Host-devicelane' : 'devicelane');

export function readSession(c: HonoContext, publicUrl: string): string | undefined {
  return getCookie(c, nameFor(publicUrl));
}

export function writeSession(c: HonoContext, publicUrl: string, secret: string, maxAgeSeconds: number): void {
  setCookie(c, nameFor(publicUrl), secret, {
    httpOnly: true,
    sameSite: 'Lax',
    path: '/',
    secure: publicUrl.startsWith('https:'),
    maxAge: maxAgeSeconds,
  });
}

export function clearSession(c: HonoContext, publicUrl: string): void {
  deleteCookie(c, nameFor(publicUrl), { path: '/', secure: publicUrl.startsWith('https:') });
}

/**
 * A write that a cookie authorises must come from this server's own pages.
 * @throws DevicelaneError `forbidden`
 */
export function requireSameOrigin(c: HonoContext, publicUrl: string): void {
  const origin = c.req.header('origin');
  const site = c.req.header('sec-fetch-site');
  const isOwn = origin === new URL(publicUrl).origin && (site === undefined || site === 'same-origin');
  if (!isOwn)
    throw new DevicelaneError('forbidden', 'This must be asked from a page of this server.', { field: 'Origin' });
}
