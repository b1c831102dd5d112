/** Connects a farm, a GitHub App installation or a webhook to a tenant. */
import { appendAudit } from '../audit/append.ts';
import type { Context } from '../context.ts';
import type { AcceptedForgetting } from '../contract/connections.ts';
import { newId } from '../contract/ids.ts';
import { DevicelaneError } from '../errors.ts';
import { type FarmCredential, FarmError } from '../farms/port.ts';
import { requireOperation } from '../tokens/permissions.ts';
import { CHECKPOINT_WEBHOOK, requireWebhook } from './checkpoint-webhook.ts';
import { requireAccepted } from './forgetting.ts';
import { isFarm } from './read.ts';
import { type ConnectionSettings, sealConnectionSettings, sealCredential } from './settings.ts';

/** `kind`: `github_app`, `checkpoint_webhook`, or a kind of farm that the server has. */
type Input = {
  kind: string;
  name: string;
  settings: ConnectionSettings;
  credential?: FarmCredential | undefined;
  acceptForgetting?: AcceptedForgetting | undefined;
};

/**
 * What an admin connects: an App's installation is not a customer's to name.
 * @throws as `connect`
 */
export async function connectAsAdmin({
  ctx,
  input,
}: {
  ctx: Context;
  input: Input;
}): Promise<{ connectionId: string }> {
  requireOperation(ctx, 'admin');
  if (input.kind === 'github_app') {
    throw new DevicelaneError(
      'unsupported',
      'A GitHub App’s installation is connected by a proof of access, or by the operator.',
      {
        field: 'kind',
      },
    );
  }
  return connect({ ctx, input });
}

/** @throws DevicelaneError `conflict` when the name is taken, `unsupported` when the server has no such farm */
export async function connect({ ctx, input }: { ctx: Context; input: Input }): Promise<{ connectionId: string }> {
  requireOperation(ctx, 'admin');
  const accepts = input.acceptForgetting ?? null;
  if (isFarm(input.kind)) openFarm(ctx, input, accepts);
  if (input.kind === CHECKPOINT_WEBHOOK) requireWebhook(ctx, input.settings, input.credential);
  const connectionId = newId('connection', ctx.tenant.route);
  await ctx.keys.createDataKey(connectionId);
  const sealed = await sealConnectionSettings(ctx, connectionId, { name: input.name, settings: input.settings });
  const credential = input.credential ? await sealCredential(ctx, connectionId, input.credential) : null;
  const digest = await ctx.keys.digest('connection-name', input.name);
  try {
    await insertConnection(ctx, {
      connectionId,
      kind: input.kind,
      name: input.name,
      digest,
      sealed,
      credential,
      accepts,
    });
  } catch (error) {
    await ctx.keys.destroyDataKey(connectionId);
    throw error;
  }
  return { connectionId };
}

type NewConnection = {
  connectionId: string;
  kind: string;
  name: string;
  digest: Buffer;
  sealed: Buffer;
  credential: Buffer | null;
  accepts: AcceptedForgetting | null;
};

async function insertConnection(ctx: Context, connection: NewConnection): Promise<void> {
  const { connectionId, kind, name, digest, sealed, credential, accepts } = connection;
  await ctx.write(async ({ tx }) => {
    const made = await tx
      .insertInto('connections')
      .values({
        id: connectionId,
        kind,
        name_digest: digest,
        sealed_settings: sealed,
        sealed_credential: credential,
        disconnected_at: null,
        accepts_forgetting: accepts && JSON.stringify(accepts),
      })
      .onConflict((conflict) => conflict.column('name_digest').doNothing())
      .executeTakeFirst();
    if (made.numInsertedOrUpdatedRows !== 1n) {
      throw new DevicelaneError('conflict', `There is a connection "${name}" already.`, { field: 'name' });
    }
    if (kind === CHECKPOINT_WEBHOOK) {
      await tx
        .insertInto('checkpoint_webhooks')
        .values({ connection_id: connectionId, next_try_at: ctx.now() })
        .execute();
    }
    await appendAudit(ctx, tx, { code: 'connection.made', object: connectionId, detail: { kind } });
  });
}

/** A connection that could never be opened is refused when it is made. */
function openFarm(ctx: Context, connection: Input, accepted: AcceptedForgetting | null): void {
  try {
    ctx.farms.requireReachable(connection.settings);
    const { features } = ctx.farms.open(connection, connection.credential ?? null);
    requireAccepted({ name: connection.name, accepted }, features, 'acceptForgetting');
  } catch (error) {
    if (!(error instanceof FarmError)) throw error;
    throw new DevicelaneError('unsupported', `This farm cannot be connected: ${error.message.replace(/\.$/, '')}.`, {
      field: error.field ?? 'kind',
      cause: error,
    });
  }
}
