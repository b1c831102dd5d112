/** A path of a route with ids that nothing has: of the right form, so that the answer is about who asks. */
import * as z from 'zod/mini';
import { randomBase62 } from '../../contract/base62.ts';
import { ID_KINDS, type IdKind, newId } from '../../contract/ids.ts';
import { ROUTES, type Route } from '../../contract/routes.ts';

const UUID = '00000000-0000-4000-8000-000000000000';

/** Every route of the contract, those to come included. */
export const ALL_ROUTES: readonly Route[] = Object.values(ROUTES);
export const CLOSED_ROUTES = ALL_ROUTES.filter(({ access }) => access.who !== 'public');
export const PUBLIC_ROUTES = ALL_ROUTES.filter(({ access }) => access.who === 'public');

export const nameOf = ({ method, path }: { method: string; path: string }): string => `${method.toUpperCase()} ${path}`;

/**
 * @param tenantRoute that the ids carry
 * @throws Error for a parameter that no candidate fits: then one is to be added here
 */
export function pathOf(route: Route, tenantRoute: string): string {
  const ids = (Object.keys(ID_KINDS) as IdKind[]).map((kind) => newId(kind, tenantRoute));
  const candidates = [
    ...ids,
    '1',
    randomBase62(53),
    randomBase62(43),
    'a'.repeat(64),
    'a'.repeat(40),
    '0',
    UUID,
    'github',
    'probe',
  ];
  return route.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const schema = route.params?.[name];
    const fit = candidates.find((value) => schema === undefined || z.safeParse(schema, value).success);
    if (fit === undefined) throw new Error(`no value fits {${name}} of ${route.path}`);
    return fit;
  });
}

/** A small body of the route's type that its schema refuses; none where it takes none. */
export function wrongBodyOf(route: Route): { headers: Record<string, string>; body?: string } {
  if (!route.request) return { headers: {} };
  return { headers: { 'content-type': route.request.contentType }, body: '{' };
}

/** The names of a form's or JSON body's properties. */
export function fieldsOf(route: Route): string[] {
  if (!route.request) return [];
  const { properties } = z.toJSONSchema(route.request.schema, { io: 'input', unrepresentable: 'any' });
  return Object.keys(properties ?? {});
}
