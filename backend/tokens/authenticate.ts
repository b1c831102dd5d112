/** Turns the credential of a request into a context, asking the database each time, so that a revocation works at once. */
import { auditRefusal } from '../audit/append-refusal.ts';
import type { Context, SystemContext } from '../context.ts';
import type { Operation } from '../contract/oauth.ts';
import { parseToken } from '../contract/token-forms.ts';
import { DevicelaneError } from '../errors.ts';
import { hashToken } from './hash.ts';
import { mayGive } from './permissions.ts';
import { useProof } from './use-once.ts';
import { type Proof, type ProvenRequest, verifyProof } from './verify-proof.ts';

export type PresentedCredential = {
  /** The `Authorization` header. */
  authorization: string | undefined;
  /** The `DPoP` header. */
  proof: string | undefined;
  request: ProvenRequest;
  /** The proof is remembered, and good for this request alone. */
  once: boolean;
};

const invalid = (): DevicelaneError =>
  new DevicelaneError('invalid_token', 'The token is unknown, expired or revoked.', { field: 'Authorization' });

/** @throws DevicelaneError `unauthenticated`, `invalid_token`, `invalid_proof`, `replayed` */
export async function authenticate(system: SystemContext, presented: PresentedCredential): Promise<Context> {
  const match = /^(DPoP|Bearer) (\S+)$/i.exec(presented.authorization ?? '');
  if (!match?.[1] || !match[2]) {
    throw new DevicelaneError('unauthenticated', 'Send a token in the Authorization header.', {
      field: 'Authorization',
    });
  }
  const [, scheme, token] = match;
  const form = parseToken(token);
  if (!form || form.kind === 'adm') throw invalid();
  const ctx = await system.openTenant({ route: form.route }, { kind: 'worker' });
  if (!ctx) throw invalid();

  const now = system.now();
  const row = await findCapability(ctx).where('token_hash', '=', hashToken(token)).executeTakeFirst();
  if (!row) throw invalid();
  const known: Context = {
    ...ctx,
    actor: {
      kind: 'capability',
      id: row.id,
      projectId: row.project_id,
      runId: row.run_id,
      operations: operationsOf(row),
      ci: row.ci_run_id !== null && row.ci_attempt !== null ? { runId: row.ci_run_id, attempt: row.ci_attempt } : null,
    },
  };
  try {
    if (!isInForce(row, now)) throw invalid();
    const proof = await requirePossession(row.key_thumbprint, scheme, token, presented, now);
    if (proof && presented.once) await useProof(system, proof);
  } catch (error) {
    if (error instanceof DevicelaneError) await auditRefusal(known, error.code);
    throw error;
  }
  if (row.kind === 'api') await noteUse(ctx, row, now);
  return known;
}

/** With the role of who made an API token or what that made; null once this person is disabled. */
function findCapability(ctx: Context) {
  return ctx.db
    .selectFrom('capabilities')
    .leftJoin('people as maker', (join) =>
      join.onRef('maker.id', '=', 'capabilities.created_by').on('maker.disabled_at', 'is', null),
    )
    .selectAll('capabilities')
    .select('maker.role as maker_role');
}

type Found = NonNullable<Awaited<ReturnType<ReturnType<typeof findCapability>['executeTakeFirst']>>>;

const isInForce = (row: Found, now: Date): boolean =>
  row.revoked_at === null && row.expires_at > now && (row.created_by === null || row.maker_role !== null);

/** An API token, and a handle that it made, never does more than its maker may now. */
function operationsOf({ created_by: maker, operations, maker_role: role }: Found): Operation[] {
  if (maker === null) return operations;
  return operations.filter((operation) => role !== null && mayGive(role, operation));
}

const USE_NOTED_MS = 3_600_000;

/** To the hour, so that not every request writes. */
async function noteUse(ctx: Context, { id, last_used_at: last }: Found, now: Date): Promise<void> {
  const hour = new Date(Math.floor(now.getTime() / USE_NOTED_MS) * USE_NOTED_MS);
  if (last && last >= hour) return;
  await ctx.db.updateTable('capabilities').set({ last_used_at: hour }).where('id', '=', id).execute();
}

/** The proof; null for a token that needs none. @throws DevicelaneError `invalid_proof` */
async function requirePossession(
  thumbprint: string | null,
  scheme: string,
  token: string,
  presented: PresentedCredential,
  now: Date,
): Promise<Proof | null> {
  const refuse = (detail: string, field: string): DevicelaneError =>
    new DevicelaneError('invalid_proof', detail, { field });
  const isProven = scheme.toLowerCase() === 'dpop';
  if (thumbprint === null) {
    if (isProven) throw refuse('This token is bound to no key: send it as Bearer.', 'Authorization');
    return null;
  }
  if (!isProven) throw refuse('This token is bound to a key: send it as DPoP, with a proof.', 'Authorization');
  const proof = await verifyProof(presented.proof, presented.request, token, now);
  if (proof.thumbprint !== thumbprint) {
    throw refuse('The DPoP proof is signed with another key than the token is bound to.', 'DPoP');
  }
  return proof;
}

/** Whether who asked may still ask, and the tenant is still active; a long stream asks this again. */
export async function isStillValid(system: SystemContext, ctx: Context): Promise<boolean> {
  const { actor } = ctx;
  if (!(await system.openTenant({ id: ctx.tenant.id }, actor))) return false;
  if (actor.kind === 'person') {
    const person = ctx.db.selectFrom('people').select('id').where('id', '=', actor.id).where('disabled_at', 'is', null);
    return (await person.executeTakeFirst()) !== undefined;
  }
  if (actor.kind !== 'capability') return true;
  const row = await findCapability(ctx).where('capabilities.id', '=', actor.id).executeTakeFirst();
  return row !== undefined && isInForce(row, ctx.now());
}
