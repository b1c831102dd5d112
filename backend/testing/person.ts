/** A person at a browser: signed in by a one-time link, asking from this server's own pages. */
import { addPerson } from '../people/add.ts';
import { createSignInLink } from '../people/sign-in-link.ts';
import { openTenant } from './kept.ts';
import type { World } from './world.ts';

export type PersonAnswer = { status: number; json: unknown };
export type Person = {
  cookie: string;
  ask(method: string, path: string, body?: unknown): Promise<PersonAnswer>;
};

/** @param link made for this person; without one the world's admin signs in */
export async function signIn(world: Pick<World, 'backend' | 'signInLink'>, link?: string): Promise<Person> {
  const origin = world.backend.url;
  const answer = await fetch(link ?? (await world.signInLink('/')), {
    method: 'POST',
    headers: { origin },
    redirect: 'manual',
  });
  const cookie = answer.headers.getSetCookie()[0]?.split(';')[0];
  if (!cookie) throw new Error(`nobody was signed in: ${answer.status}`);
  return {
    cookie,
    async ask(method, path, body) {
      const asked = await fetch(origin + path, {
        method,
        headers: { cookie, origin, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
        redirect: 'manual',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await asked.text();
      const isJson = /\bjson\b/.test(asked.headers.get('content-type') ?? '');
      return { status: asked.status, json: isJson ? JSON.parse(text) : null };
    },
  };
}

/** The session of a member that is added to the tenant. */
export async function signInMember(world: World, email: string): Promise<Person & { personId: string }> {
  const ctx = await openTenant(world, { actor: { kind: 'operator' } });
  const { personId } = await addPerson({ ctx, input: { email, role: 'member' } });
  const { url } = await createSignInLink({ ctx, input: { personId, target: '/' } });
  return { ...(await signIn(world, url)), personId };
}
