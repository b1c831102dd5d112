/** Keeps a value for a project's tests, or says in which key vault it is. It is never read back. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import { newId } from '../contract/ids.ts';
import type { NewSecret } from '../contract/secrets.ts';
import { DevicelaneError, notFound } from '../errors.ts';
import { requireProject } from './read.ts';
import { sealSecret, secretNameDigest } from './secrets.ts';

type Input = { projectId: string; name: string; secret: NewSecret };

const MAX_SECRETS = 200;

/** @throws DevicelaneError `not_found`, `unsupported`, `quota_exceeded` */
export async function setSecret({ ctx, input }: { ctx: Context; input: Input }): Promise<void> {
  const { projectId, name, secret } = input;
  requireProject(ctx, projectId);
  if ('keyVaultUrl' in secret && !ctx.vault.mayRead(secret.keyVaultUrl)) {
    throw new DevicelaneError(
      'unsupported',
      'This key vault is not open to the tenant: the operator of this server names it in SECRET_VAULTS.',
      { field: 'keyVaultUrl' },
    );
  }
  const digest = await secretNameDigest(ctx, projectId, name);
  // A changed secret gets a new key, so that no backup opens the old one.
  const secretId = newId('secret', ctx.tenant.route);
  await ctx.keys.createDataKey(secretId);
  const sealed = await sealSecret(ctx, secretId, { name, ...secret });
  const replaced = await ctx
    .write(async ({ tx }) => {
      const project = await tx
        .selectFrom('projects')
        .select('id')
        .where('id', '=', projectId)
        .forUpdate()
        .executeTakeFirst();
      if (!project) throw notFound();
      const others = await tx
        .selectFrom('secrets')
        .select(['id', 'name_digest', 'created_at'])
        .where('project_id', '=', projectId)
        .execute();
      const earlier = others.find((each) => each.name_digest.equals(digest));
      if (!earlier && others.length >= MAX_SECRETS) {
        throw new DevicelaneError('quota_exceeded', `A project has at most ${MAX_SECRETS} secrets.`, { field: 'name' });
      }
      if (earlier) await tx.deleteFrom('secrets').where('id', '=', earlier.id).execute();
      const now = ctx.now();
      await tx
        .insertInto('secrets')
        .values({
          id: secretId,
          project_id: projectId,
          name_digest: digest,
          sealed_secret: sealed,
          created_at: earlier?.created_at ?? now,
          changed_at: now,
        })
        .execute();
      const detail = { projectId, from: 'value' in secret ? 'value' : 'key_vault' };
      await appendAudit(ctx, tx, { code: 'secret.set', object: secretId, detail });
      return earlier?.id ?? null;
    })
    .catch(async (error) => {
      await ctx.keys.destroyDataKey(secretId);
      throw error;
    });
  if (replaced) await ctx.keys.destroyDataKey(replaced);
}
