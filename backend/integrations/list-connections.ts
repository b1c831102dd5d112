/** Lists what a tenant has connected, with what each farm can do: never the credential. */
import type { Context } from '../context.ts';
import type { ConnectionList, ConnectionView } from '../contract/connections.ts';
import { routeOfId } from '../contract/ids.ts';
import { notFound } from '../errors.ts';
import { FarmError, type FarmFeatures } from '../farms/port.ts';
import { requireOperation } from '../tokens/permissions.ts';
import { countStillThere } from './forgetting.ts';
import { isFarm } from './read.ts';
import { openConnectionSettings } from './settings.ts';

export async function listConnections({ ctx }: { ctx: Context }): Promise<ConnectionList> {
  requireOperation(ctx, 'admin');
  const rows = await ctx.db
    .selectFrom('connections')
    .selectAll()
    .where('credential_destroyed_at', 'is', null)
    .orderBy('created_at')
    .execute();
  return { connections: await Promise.all(rows.map((row) => view(ctx, row))) };
}

/** @throws DevicelaneError `not_found` */
export async function readConnection({
  ctx,
  input,
}: {
  ctx: Context;
  input: { connectionId: string };
}): Promise<ConnectionView> {
  requireOperation(ctx, 'admin');
  if (routeOfId('connection', input.connectionId) !== ctx.tenant.route) throw notFound();
  const row = await ctx.db
    .selectFrom('connections')
    .selectAll()
    .where('id', '=', input.connectionId)
    .where('credential_destroyed_at', 'is', null)
    .executeTakeFirst();
  if (!row) throw notFound();
  return view(ctx, row);
}

type Row = Awaited<ReturnType<typeof anyRow>>;
const anyRow = (ctx: Context) => ctx.db.selectFrom('connections').selectAll().executeTakeFirstOrThrow();

async function view(ctx: Context, row: Row): Promise<ConnectionView> {
  const { name, settings } = await openConnectionSettings(ctx, row.id, row.sealed_settings);
  const there = await countStillThere(ctx, row.id);
  return {
    connectionId: row.id,
    kind: row.kind,
    name,
    farm: viewFarm(ctx, { kind: row.kind, name, settings }),
    acceptedForgetting: row.accepts_forgetting,
    hasCredential: row.sealed_credential !== null,
    stillThere: there.all,
    stuck: there.stuck,
    createdAt: row.created_at.toISOString(),
    disconnectedAt: row.disconnected_at?.toISOString() ?? null,
  };
}

function viewFarm(ctx: Context, connection: Parameters<Context['farms']['open']>[0]): ConnectionView['farm'] {
  if (!isFarm(connection.kind)) return null;
  try {
    const { features, defaultDevice } = ctx.farms.open(connection);
    return { ...pick(features), defaultDevice: [defaultDevice.model, defaultDevice.os].filter(Boolean).join(' @ ') };
  } catch (error) {
    if (error instanceof FarmError) return null;
    throw error;
  }
}

function pick(features: FarmFeatures) {
  const { frameworks, artifacts, stop, retries, shards, limits, forgetsUploads, forgetsResults } = features;
  return {
    frameworks: [...frameworks],
    artifacts: [...artifacts],
    stop,
    env: [...features.env],
    filter: [...features.filter],
    sharded: [...features.sharded],
    retries,
    shards,
    parallelJobs: limits.parallelJobs,
    forgetsUploads,
    forgetsResults,
  };
}
