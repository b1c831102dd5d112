/** Reads a tenant's connections: farms by name, and the installation that lets checks be posted. */
import type { RepositoryAccess } from '../codehosts/port.ts';
import type { Context, Write } from '../context.ts';
import type { AcceptedForgetting } from '../contract/connections.ts';
import { routeOfId } from '../contract/ids.ts';
import { DevicelaneError, notFound } from '../errors.ts';
import { openProjectSettings } from '../tenants/read.ts';
import { requireOperation } from '../tokens/permissions.ts';
import { CHECKPOINT_WEBHOOK } from './checkpoint-webhook.ts';
import type { HookEvent } from './github-events.ts';
import { type ConnectionSettings, openConnectionSettings } from './settings.ts';

export type FarmConnection = {
  id: string;
  kind: string;
  name: string;
  settings: ConnectionSettings;
  sealedCredential: Buffer | null;
  isDisconnected: boolean;
  accepted: AcceptedForgetting | null;
};

/** Kinds of connections that are no farm. */
const OTHERS = ['github_app', CHECKPOINT_WEBHOOK];
export const isFarm = (kind: string): boolean => !OTHERS.includes(kind);

/**
 * The connections of these names; of none, the project's default farm.
 * @throws DevicelaneError `unsupported` naming `farm`
 */
export async function findFarmConnections(
  ctx: Context,
  projectId: string,
  names: readonly string[],
): Promise<FarmConnection[]> {
  const wanted = names.length > 0 ? names : [(await openProjectSettings(ctx, projectId)).defaultFarm];
  return Promise.all(
    [...new Set(wanted)].map(async (name) => {
      const row = await ctx.db
        .selectFrom('connections')
        .select(['id', 'kind'])
        .where('name_digest', '=', await ctx.keys.digest('connection-name', name))
        .where('disconnected_at', 'is', null)
        .executeTakeFirst();
      if (!row || !isFarm(row.kind)) {
        throw new DevicelaneError(
          'unsupported',
          `There is no farm connection "${name}"; an admin makes one with \`devicelane connection\`.`,
          {
            field: 'farm',
          },
        );
      }
      return readFarmConnection(ctx, row.id);
    }),
  );
}

/** Farms that are connected, oldest first. */
export async function listFarmConnections(ctx: Context): Promise<FarmConnection[]> {
  const rows = await ctx.db
    .selectFrom('connections')
    .select(['id', 'kind'])
    .where('disconnected_at', 'is', null)
    .orderBy('created_at')
    .execute();
  return Promise.all(rows.filter(({ kind }) => isFarm(kind)).map(({ id }) => readFarmConnection(ctx, id)));
}

/** A farm that is connected, for an admin. @throws DevicelaneError `forbidden`, `not_found` */
export async function requireFarmConnection(ctx: Context, connectionId: string): Promise<FarmConnection> {
  requireOperation(ctx, 'admin');
  if (routeOfId('connection', connectionId) !== ctx.tenant.route) throw notFound();
  const row = await ctx.db
    .selectFrom('connections')
    .select('kind')
    .where('id', '=', connectionId)
    .where('disconnected_at', 'is', null)
    .executeTakeFirst();
  if (!row || !isFarm(row.kind)) throw notFound();
  return readFarmConnection(ctx, connectionId);
}

/** @throws when the connection's row or key is gone */
export async function readFarmConnection(ctx: Context, connectionId: string): Promise<FarmConnection> {
  const row = await ctx.db
    .selectFrom('connections')
    .select(['id', 'kind', 'sealed_settings', 'sealed_credential', 'disconnected_at', 'accepts_forgetting'])
    .where('id', '=', connectionId)
    .executeTakeFirstOrThrow();
  const { name, settings } = await openConnectionSettings(ctx, row.id, row.sealed_settings);
  return {
    id: row.id,
    kind: row.kind,
    name,
    settings,
    sealedCredential: row.sealed_credential,
    isDisconnected: row.disconnected_at !== null,
    accepted: row.accepts_forgetting,
  };
}

export type GithubInstallation = RepositoryAccess & {
  /** The connection says that results are pushed to the repository. */
  postsChecks: boolean;
  /** Checks carry the audit log's newest checkpoint. */
  publishCheckpoints: boolean;
};

type GithubConnection = { installationId: string; postsChecks: boolean; publishCheckpoints: boolean };

/** The GitHub App's installations that are connected for this issuer's repositories. */
export async function findGithubConnections(ctx: Context, issuer: string): Promise<GithubConnection[]> {
  const rows = await ctx.db
    .selectFrom('connections')
    .select(['id', 'sealed_settings'])
    .where('kind', '=', 'github_app')
    .where('disconnected_at', 'is', null)
    .orderBy('created_at')
    .execute();
  const opened = await Promise.all(rows.map((row) => openConnectionSettings(ctx, row.id, row.sealed_settings)));
  return opened
    .map(({ settings }) => settings)
    .filter((settings) => settings.issuer === issuer)
    .map((settings) => ({
      installationId: String(settings.installationId),
      postsChecks: settings.postsChecks === true,
      publishCheckpoints: settings.publishCheckpoints === true,
    }));
}

/**
 * How this project's repository is reached; null where no GitHub App is connected, and until the project is bound: an
 * installation reaches more repositories than the ones that were proven.
 */
export async function readGithubInstallation(ctx: Context, projectId: string): Promise<GithubInstallation | null> {
  const project = await ctx.db
    .selectFrom('projects')
    .select(['issuer', 'repository_id', 'bound_owner_id', 'installation_id'])
    .where('id', '=', projectId)
    .executeTakeFirst();
  if (!project || project.bound_owner_id === null) return null;
  const connections = await findGithubConnections(ctx, project.issuer);
  const connection =
    project.installation_id === null
      ? connections[0]
      : connections.find(({ installationId }) => installationId === project.installation_id);
  if (!connection) return null;
  const { repository } = await openProjectSettings(ctx, projectId);
  return { issuer: project.issuer, repositoryId: project.repository_id, repository, ...connection };
}

export const HOOK_EVENT = 'hook_events.sealed_event';

/** An event that waits for its task; null when it was handled. */
export async function readHookEvent(
  ctx: Context,
  eventId: string,
): Promise<{ projectId: string; event: HookEvent } | null> {
  const row = await ctx.db.selectFrom('hook_events').selectAll().where('id', '=', eventId).executeTakeFirst();
  if (!row) return null;
  const opened = await ctx.keys.open(row.project_id, `${HOOK_EVENT}|${eventId}`, row.sealed_event);
  return { projectId: row.project_id, event: JSON.parse(opened.toString('utf8')) as HookEvent };
}

/** The event was handled: nothing of it is kept. */
export async function dropHookEvent({ tx }: Pick<Write, 'tx'>, eventId: string): Promise<void> {
  await tx.deleteFrom('hook_events').where('id', '=', eventId).execute();
}
