/**
 * Everything around a run, real where it is ours and standing in where it is others': a backend on its embedded defaults,
 * GitHub with a pull request, and the issuer of CI's identity tokens.
 */
import { rm } from 'node:fs/promises';
import pino, { type Logger } from 'pino';
import { readConfig } from '../config.ts';
import type { FarmKinds } from '../farms/directory.ts';
import type { Rates } from '../http/rate-limits.ts';
import { type SetUp, setUp } from '../ops/setup.ts';
import { createSignInLink } from '../people/sign-in-link.ts';
import type { IssuerConfig } from '../tokens/issuers.ts';
import { type Backend, startBackend } from '../wire.ts';
import { makeDataFolder } from './data-folder.ts';
import { type GithubStandIn, startGithub } from './github.ts';
import { WEBHOOK_SECRET } from './github-hooks.ts';
import { type OidcIssuer, startOidcIssuer } from './oidc.ts';
import { cloneControlDatabase } from './postgres.ts';

export type Outside = { github: GithubStandIn; oidc: OidcIssuer; env: Record<string, string>; stop(): Promise<void> };

/** GitHub and its issuer, and what a backend's environment says of them. */
export async function startOutside(callback?: () => string): Promise<Outside> {
  const github = await startGithub(callback ? { callback } : {});
  const { repository } = github;
  const [owner = ''] = repository.fullName.split('/');
  const oidc = await startOidcIssuer({
    claims: {
      repository: repository.fullName,
      repository_id: repository.id,
      repository_owner: owner,
      repository_owner_id: repository.ownerId,
    },
  });
  return {
    github,
    oidc,
    env: {
      OIDC_ISSUERS: JSON.stringify([{ issuer: oidc.issuer, kind: 'github' }]),
      GITHUB_APP_ID: github.appId,
      GITHUB_APP_PRIVATE_KEY: github.privateKey,
      GITHUB_APP_CLIENT_ID: github.signIns.clientId,
      GITHUB_APP_CLIENT_SECRET: github.signIns.clientSecret,
      GITHUB_API_URL: github.url,
      GITHUB_WEBHOOK_SECRET: WEBHOOK_SECRET,
      // What stands in for farms is on this machine.
      OUTGOING_HOSTS: '127.0.0.1',
    },
    async stop() {
      await oidc.stop();
      await github.stop();
    },
  };
}

export type World = Outside & {
  backend: Backend;
  /** The server's clock. */
  now: () => Date;
  dataFolder: string;
  tenant: SetUp;
  /** A one-time link that leads to a path of the server. */
  signInLink(target: string): Promise<string>;
};

type Options = {
  log?: Logger;
  now?: () => Date;
  /** Variables beside those that the world sets. */
  env?: Record<string, string>;
  /** Durable writes of the embedded database, as in production. */
  fsync?: boolean;
  /** A farm for the project to use; without one it is `inspection`. */
  farm?: { kinds: FarmKinds; kind: string; settings: Record<string, unknown> };
  rates?: Rates;
  /** Issuers that are registered beside the world's own. */
  issuers?: IssuerConfig[];
};

export async function startWorld(options: Options = {}): Promise<World> {
  let url = '';
  const now = options.now ?? (() => new Date());
  const outside = await startOutside(() => `${url}/connect/github`);
  const dataFolder = await makeDataFolder();
  // What was started is stopped, whichever part fails: a test run must not wait for what nobody uses.
  const stops = [() => rm(dataFolder, { recursive: true, force: true }), outside.stop];
  const stop = async (): Promise<void> => {
    for (const end of stops.splice(0).reverse()) await end();
  };
  try {
    const databaseUrl = await cloneControlDatabase();
    const config = readConfig({
      ...outside.env,
      OIDC_ISSUERS: JSON.stringify([{ issuer: outside.oidc.issuer, kind: 'github' }, ...(options.issuers ?? [])]),
      ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}),
      DEVICELANE_DATA: dataFolder,
      PORT: '0',
      ...options.env,
    });
    const backend = await startBackend(config, {
      log: options.log ?? pino({ level: 'silent' }),
      fsync: options.fsync ?? false,
      now,
      ...(options.rates ? { rates: options.rates } : {}),
      ...(options.farm ? { farms: options.farm.kinds } : {}),
    });
    url = backend.url;
    stops.push(backend.stop);
    const tenant = await setUpProject(backend, outside, options.farm);
    const signInLink = async (target: string): Promise<string> => {
      const ctx = await backend.contexts.system('sign-in').openTenant({ id: tenant.tenantId }, { kind: 'operator' });
      if (!ctx) throw new Error('the tenant of this world is not active');
      const { url } = await createSignInLink({ ctx, input: { personId: tenant.personId, target } });
      return url;
    };
    return { ...outside, backend, now, dataFolder, tenant, signInLink, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** The repository that a project is bound to. */
export type Bound = { github: Pick<GithubStandIn, 'repository' | 'installationId'>; oidc: Pick<OidcIssuer, 'issuer'> };

/** A tenant with a project for the pull request's repository, an admin, and a policy that trusts its workflows. */
export function setUpProject(
  backend: Pick<Backend, 'doors' | 'contexts'>,
  { github, oidc }: Bound,
  farm?: { kind: string; settings: Record<string, unknown> },
): Promise<SetUp> {
  const { repository, installationId } = github;
  return setUp(backend.doors, backend.contexts.system('setup'), {
    email: 'admin@example.com',
    region: 'local',
    project: {
      name: repository.fullName,
      repository: repository.fullName,
      issuer: oidc.issuer,
      ownerId: repository.ownerId,
      repositoryId: repository.id,
    },
    installationId,
    policy: { events: ['pull_request', 'push'] },
    farm: farm ? { kind: farm.kind, name: farm.kind, settings: farm.settings } : null,
  });
}
