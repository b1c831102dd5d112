/** Makes an API token: told once, kept as a hash, and never able to do more than the person who makes it. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { CreatedApiToken, NewApiToken } from '../contract/api-tokens.ts';
import { newId, routeOfId } from '../contract/ids.ts';
import { newToken } from '../contract/token-forms.ts';
import { DevicelaneError, notFound } from '../errors.ts';
import { apiTokenView, sealTokenName } from './api-token.ts';
import { hashToken } from './hash.ts';
import { mayGive, requirePerson } from './permissions.ts';

const DAY_MS = 24 * 3_600_000;
/** What it may send in 24 hours. */
const MAX_BYTES = 32 * 1024 ** 3;
const MAX_ARTIFACTS = 200;

/** @throws DevicelaneError `forbidden` naming the scope, `not_found` for the project */
export async function createApiToken({ ctx, input }: { ctx: Context; input: NewApiToken }): Promise<CreatedApiToken> {
  const person = requirePerson(ctx);
  const beyond = input.scopes.find((scope) => !mayGive(person.role, scope));
  if (beyond) {
    throw new DevicelaneError('forbidden', `You may not give ${beyond}: an admin may.`, { field: 'scopes' });
  }
  const { projectId } = input;
  if (routeOfId('project', projectId) !== ctx.tenant.route) throw notFound();
  const project = await ctx.db.selectFrom('projects').select('id').where('id', '=', projectId).executeTakeFirst();
  if (!project) throw notFound();
  const id = newId('capability', ctx.tenant.route);
  const token = newToken('pat', ctx.tenant.route);
  const now = ctx.now();
  const sealedName = await sealTokenName(ctx, projectId, id, input.name);
  const row = await ctx.write(async ({ tx }) => {
    const inserted = await tx
      .insertInto('capabilities')
      .values({
        id,
        token_hash: hashToken(token),
        kind: 'api',
        project_id: projectId,
        parent_id: null,
        run_id: null,
        operations: [...new Set(input.scopes)],
        key_thumbprint: null,
        ci_run_id: null,
        ci_attempt: null,
        sealed_claims: null,
        sealed_name: sealedName,
        hint: `dl_pat_…${token.slice(-4)}`,
        created_by: person.id,
        max_bytes: MAX_BYTES,
        max_artifacts: MAX_ARTIFACTS,
        created_at: now,
        expires_at: new Date(now.getTime() + input.expiresInDays * DAY_MS),
        revoked_at: null,
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    const detail = { projectId, days: input.expiresInDays, scopes: inserted.operations.join(' ') };
    await appendAudit(ctx, tx, { code: 'token.made', object: id, detail });
    return inserted;
  });
  return { ...(await apiTokenView(ctx, row)), token };
}
