/** A project's secrets as they lie: each sealed under a key of its own, and found by a keyed digest of its name. */
import type { Context } from '../context.ts';

export type Secret = { name: string } & ({ value: string } | { keyVaultUrl: string });

const CONTEXT = 'secrets.sealed_secret';

export const secretNameDigest = (ctx: Context, projectId: string, name: string): Promise<Buffer> =>
  ctx.keys.digest('secret-name', `${projectId}|${name}`);

export const sealSecret = (ctx: Context, secretId: string, secret: Secret): Promise<Buffer> =>
  ctx.keys.seal(secretId, CONTEXT, JSON.stringify(secret));

export const openSecret = async (ctx: Context, secretId: string, sealed: Uint8Array): Promise<Secret> =>
  JSON.parse((await ctx.keys.open(secretId, CONTEXT, sealed)).toString('utf8')) as Secret;

/** The row of the secret of this name; undefined where there is none. */
export async function findSecret(ctx: Context, projectId: string, name: string) {
  return ctx.db
    .selectFrom('secrets')
    .selectAll()
    .where('project_id', '=', projectId)
    .where('name_digest', '=', await secretNameDigest(ctx, projectId, name))
    .executeTakeFirst();
}
