/** Who may do what: the first line of every verb. What is not granted is denied. */
import type { Actor, Context } from '../context.ts';
import { API_SCOPES } from '../contract/api-tokens.ts';
import type { Operation } from '../contract/oauth.ts';
import { DevicelaneError, notFound } from '../errors.ts';

/** What each role of a person may do. */
const ROLE_OPERATIONS: Record<'admin' | 'member', readonly Operation[]> = {
  member: ['artifact:read', 'run:read'],
  admin: ['artifact:read', 'artifact:content', 'artifact:delete', 'run:create', 'run:read', 'run:cancel', 'admin'],
};

/** What a person of each role may give to an API token. What CI may do an admin decides, and so may give as well. */
const GIVABLE: Record<'admin' | 'member', readonly Operation[]> = {
  member: ROLE_OPERATIONS.member,
  admin: API_SCOPES,
};

export function mayGive(role: 'admin' | 'member', operation: Operation): boolean {
  return GIVABLE[role].includes(operation);
}

export function mayDo(actor: Actor, operation: Operation): boolean {
  if (actor.kind === 'capability') return actor.operations.includes(operation);
  if (actor.kind === 'person') return ROLE_OPERATIONS[actor.role].includes(operation);
  return actor.kind === 'operator' && operation === 'admin';
}

/** @throws DevicelaneError `forbidden` */
export function requireOperation(ctx: Context, operation: Operation): void {
  if (!mayDo(ctx.actor, operation)) {
    throw new DevicelaneError('forbidden', `This credential does not allow ${operation}.`);
  }
}

/** @throws DevicelaneError `forbidden` */
export function requirePerson(ctx: Context): Extract<Actor, { kind: 'person' }> {
  if (ctx.actor.kind !== 'person') throw new DevicelaneError('forbidden', 'Only a person who is signed in does this.');
  return ctx.actor;
}

/** @throws DevicelaneError `forbidden` */
export function requireOperator(ctx: Context): void {
  if (ctx.actor.kind !== 'operator')
    throw new DevicelaneError('forbidden', 'Only the operator of this server does this.');
}

/** Only a task of the queue. @throws DevicelaneError `forbidden` */
export function requireWorker(ctx: Context): void {
  if (ctx.actor.kind !== 'worker') throw new DevicelaneError('forbidden', 'Only a task of the queue does this.');
}

/** A CI job's or API token's own project. @throws DevicelaneError `forbidden` */
export function requireCapability(ctx: Context, operation: Operation): Extract<Actor, { kind: 'capability' }> {
  requireOperation(ctx, operation);
  if (ctx.actor.kind !== 'capability') throw new DevicelaneError('forbidden', 'Only a machine token does this.');
  return ctx.actor;
}

/**
 * Whether the actor may see things of this project and run at all; if not, they do not exist for it.
 * @throws DevicelaneError `not_found`
 */
export function requireSight(ctx: Context, thing: { projectId: string; runId?: string }): void {
  const { actor } = ctx;
  if (actor.kind !== 'capability') return;
  if (actor.projectId !== thing.projectId) throw notFound();
  if (actor.runId !== null && actor.runId !== thing.runId) throw notFound();
}
