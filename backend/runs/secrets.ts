/** A run's secrets: resolved when a job of it is started, and remembered until they are taken out of what comes back. */
import { appendAudit } from '../audit/append.ts';
import type { Context, Write } from '../context.ts';
import { DevicelaneError } from '../errors.ts';
import { FarmError } from '../farms/port.ts';
import { findSecret, openSecret, type Secret } from '../tenants/secrets.ts';
import { VaultError } from '../vaults/port.ts';
import type { RunRow } from './change.ts';

type Env = Readonly<Record<string, string>>;

const PREFIX = 'secret:';
const CONTEXT = 'run_secrets.sealed_values';

const isSecret = (value: string): boolean => value.startsWith(PREFIX);

/** @throws DevicelaneError `unsupported` naming `env` when the project has no secret of a name */
export async function requireSecrets(ctx: Context, projectId: string, env: Env): Promise<void> {
  for (const value of Object.values(env).filter(isSecret)) {
    const name = value.slice(PREFIX.length);
    if (await findSecret(ctx, projectId, name)) continue;
    throw new DevicelaneError(
      'unsupported',
      `The project has no secret "${name.slice(0, 100)}": an admin sets it, or env names another.`,
      { field: 'env' },
    );
  }
}

/** Without the secrets: what calls are told that need none. */
export const withoutSecrets = (env: Env): Record<string, string> =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => !isSecret(value)));

/**
 * With the values of the secrets, each use audited. They are remembered first: whatever is killed from here on, logs that
 * come back are looked through for them.
 * @throws FarmError `refused` when a secret is gone, `broken` when its vault does not answer
 */
export async function resolveSecrets(
  ctx: Context,
  run: Pick<RunRow, 'id' | 'project_id'>,
  env: Env,
): Promise<Record<string, string>> {
  const resolved: Record<string, string> = { ...env };
  const values: string[] = [];
  for (const [key, value] of Object.entries(env)) {
    if (!isSecret(value)) continue;
    const name = value.slice(PREFIX.length);
    const row = await findSecret(ctx, run.project_id, name);
    if (!row) throw new FarmError('refused', `The secret "${name}" that env names was removed.`);
    const secret = await readValue(ctx, await openSecret(ctx, row.id, row.sealed_secret));
    const detail = { purpose: 'start', run: run.id };
    await ctx.write(({ tx }) => appendAudit(ctx, tx, { code: 'secret.used', object: row.id, detail }));
    resolved[key] = secret;
    values.push(secret);
  }
  if (values.length > 0) await remember(ctx, run.id, values);
  return resolved;
}

async function readValue(ctx: Context, secret: Secret): Promise<string> {
  if ('value' in secret) return secret.value;
  try {
    return await ctx.vault.read(secret.keyVaultUrl);
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    throw new FarmError(error.kind, `The secret "${secret.name}": ${error.message}`, { cause: error });
  }
}

/** A secret that was changed between two jobs leaves two values to look for. */
async function remember(ctx: Context, runId: string, values: readonly string[]): Promise<void> {
  await ctx.write(async ({ tx }) => {
    await tx.selectFrom('runs').select('id').where('id', '=', runId).forUpdate().execute();
    const row = await tx
      .selectFrom('run_secrets')
      .select('sealed_values')
      .where('run_id', '=', runId)
      .executeTakeFirst();
    const known = row ? await open(ctx, runId, row.sealed_values) : [];
    const all = [...new Set([...known, ...values])];
    if (all.length === known.length) return;
    const sealed = await ctx.keys.seal(runId, CONTEXT, JSON.stringify(all));
    await tx
      .insertInto('run_secrets')
      .values({ run_id: runId, sealed_values: sealed })
      .onConflict((conflict) => conflict.column('run_id').doUpdateSet({ sealed_values: sealed }))
      .execute();
  });
}

const open = async (ctx: Pick<Context, 'keys'>, runId: string, sealed: Uint8Array): Promise<string[]> =>
  JSON.parse((await ctx.keys.open(runId, CONTEXT, sealed)).toString('utf8')) as string[];

/** The values that the run's jobs were given so far. */
export async function readRunSecrets(
  ctx: Pick<Context, 'keys'> & { db: Pick<Context['db'], 'selectFrom'> },
  runId: string,
): Promise<string[]> {
  const row = await ctx.db
    .selectFrom('run_secrets')
    .select('sealed_values')
    .where('run_id', '=', runId)
    .executeTakeFirst();
  return row ? open(ctx, runId, row.sealed_values) : [];
}

/** Everything that came back is stored: they are needed no more. */
export async function dropRunSecrets({ tx }: Pick<Write, 'tx'>, runId: string): Promise<void> {
  await tx.deleteFrom('run_secrets').where('run_id', '=', runId).execute();
}
