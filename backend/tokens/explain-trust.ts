/** Explains whether claims are trusted, and why: each claim that is looked at, by name. Nothing is issued or written. */
import type { Context } from '../context.ts';
import { routeOfId } from '../contract/ids.ts';
import { DevicelaneError, notFound } from '../errors.ts';
import { forkClaim, type Identity } from './identity.ts';
import { requireOperation } from './permissions.ts';
import { policiesOf } from './stored-policy.ts';
import { type ClaimCheck, checkClaims, compilePolicy, isLenient } from './trust-policy.ts';
import { readClaims } from './verify-identity.ts';

export type Explained = { isTrusted: boolean; lines: string[] };

/** By a policy that is not kept yet. @throws DevicelaneError `invalid_request` for the policy or the claims */
export function explainPolicy({ input }: { input: { policy: unknown; claims: Claims } }): Explained {
  return explain(identityOf(input.claims), [], [{ id: 'the policy', policy: compilePolicy(input.policy) }]);
}

/** By a project's binding and its policies in force. @throws DevicelaneError `not_found`, `invalid_request` */
export async function explainTrust({
  ctx,
  input,
}: {
  ctx: Context;
  input: { projectId: string; claims: Claims };
}): Promise<Explained> {
  requireOperation(ctx, 'admin');
  if (routeOfId('project', input.projectId) !== ctx.tenant.route) throw notFound();
  const project = await ctx.db
    .selectFrom('projects')
    .select(['issuer', 'repository_id', 'owner_id'])
    .where('id', '=', input.projectId)
    .executeTakeFirst();
  if (!project) throw notFound();
  const identity = identityOf(input.claims);
  const isGitlab = identity.provider === 'gitlab';
  const pinned = (claim: string, given: string, wanted: string): ClaimCheck => ({
    claim,
    key: "the project's binding",
    allowed: [wanted],
    holds: given === wanted,
  });
  const binding = [
    pinned('iss', identity.issuer, project.issuer),
    pinned(isGitlab ? 'job_project_id' : 'repository_id', identity.repositoryId, project.repository_id),
    pinned(isGitlab ? 'job_namespace_id' : 'repository_owner_id', identity.ownerId, project.owner_id),
  ];
  return explain(identity, binding, await policiesOf(ctx, input.projectId));
}

type Claims = Record<string, unknown>;

/** What only a token needs may be missing. */
function identityOf(claims: Claims): Identity {
  const kind = 'project_id' in claims || 'pipeline_source' in claims ? 'gitlab' : 'github';
  const issuer = typeof claims.iss === 'string' ? claims.iss : '';
  const read = readClaims({ kind, issuer }, { iss: issuer, jti: 'none', exp: 0, iat: 0, ...claims });
  if (!('lacks' in read)) return read;
  throw new DevicelaneError('invalid_request', `These are no claims of ${kind}: ${read.lacks.join(', ')}.`, {
    field: 'claims',
  });
}

function explain(
  identity: Identity,
  binding: readonly ClaimCheck[],
  policies: readonly { id: string; policy: ReturnType<typeof compilePolicy> }[],
): Explained {
  const lines = [`claims of ${identity.provider}`, ...binding.map(lineOf)];
  const fork = forkClaim(identity);
  if (fork) lines.push(`  FAILS ${fork}: the code may be a fork's, which no policy trusts`);
  let trusting: string | null = null;
  for (const { id, policy } of policies) {
    const checks = checkClaims(policy, identity);
    const failed = checks.filter(({ holds }) => !holds);
    const isLet = failed.length > 0 && isLenient(policy, identity, failed);
    lines.push(`${id} ${failed.length === 0 ? 'matches' : isLet ? 'lets through (audit)' : 'does not match'}`);
    lines.push(...checks.map(lineOf));
    if (failed.length === 0 || isLet) trusting ??= id;
  }
  const isTrusted = trusting !== null && fork === null && binding.every(({ holds }) => holds);
  lines.push(isTrusted ? `trusted by ${trusting}` : 'refused');
  return { isTrusted, lines };
}

const lineOf = ({ claim, key, allowed, holds }: ClaimCheck): string =>
  `  ${holds ? 'ok   ' : 'FAILS'} ${claim}: ${key} ${allowed.length === 0 ? 'pins nothing' : `takes ${allowed.join(', ')}`}`;
