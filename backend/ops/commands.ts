/** The operator's commands beside `serve`: each opens the doors, does its work, and closes them. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportAudit } from '../audit/export.ts';
import type { SystemContext } from '../context.ts';
import { DevicelaneError } from '../errors.ts';
import { publishCheckpoints } from '../integrations/publish-checkpoints.ts';
import { findPerson } from '../people/find.ts';
import { createSignInLink } from '../people/sign-in-link.ts';
import { resumeTenants } from '../tenants/create.ts';
import { doctor, type Patient } from './doctor.ts';
import { setUp } from './setup.ts';

export type Options = Readonly<Record<string, string | undefined>>;
export type Opened = Patient;

/** A command that was not given what it needs. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = this.constructor.name;
  }
}

/** Each returns what to print. @throws UsageError, DevicelaneError */
export const COMMANDS: Record<string, (opened: Opened, options: Options) => Promise<string>> = {
  async setup({ doors, system }, options) {
    const repository = required(options, 'repository');
    const done = await setUp(doors, system, {
      email: required(options, 'email'),
      region: options.region ?? 'local',
      project: {
        name: repository,
        repository,
        issuer: options.issuer ?? 'https://token.actions.githubusercontent.com',
        ownerId: required(options, 'owner-id'),
        repositoryId: required(options, 'repository-id'),
      },
      installationId: options['installation-id'] ?? null,
      policy: {},
      farm: null,
    });
    const ctx = await system.openTenant({ id: done.tenantId }, { kind: 'operator' });
    if (!ctx) throw new Error('the tenant that was just made is not active');
    const { url } = await createSignInLink({ ctx, input: { personId: done.personId, target: '/' } });
    return `Project ${done.projectId} is ready.\nSign in, once, within 15 minutes: ${url}`;
  },

  async login({ system }, options) {
    const found = await known(system, options);
    const { url } = await createSignInLink({ ctx: found.ctx, input: { personId: found.personId, target: '/' } });
    return `Sign in, once, within 15 minutes: ${url}`;
  },

  async 'audit export'({ system }, options) {
    const { ctx } = await known(system, options);
    const file = required(options, 'out');
    await pipeline(Readable.from(await exportAudit({ ctx })), createWriteStream(file, { mode: 0o600 }));
    return `The audit log is in ${file}; verify it anywhere: audit verify ${file}`;
  },

  async 'audit publish'({ system }, options) {
    const { ctx } = await known(system, options);
    const checks = required(options, 'checks');
    if (checks !== 'on' && checks !== 'off') throw new UsageError('Give --checks on or --checks off.');
    const { connections } = await publishCheckpoints({ ctx, input: { enabled: checks === 'on' } });
    if (connections === 0) throw new DevicelaneError('conflict', 'No GitHub App is connected that posts checks.');
    return `From now on checks ${checks === 'on' ? 'carry' : 'do not carry'} the audit log’s newest checkpoint.`;
  },

  doctor,

  async migrate({ doors }) {
    await resumeTenants(doors);
    return 'Every database is up to date.';
  },
};

async function known(system: SystemContext, options: Options) {
  const found = await findPerson(system, required(options, 'email'));
  if (!found) throw new DevicelaneError('not_found', 'Nobody is known by this address.', { field: '--email' });
  return found;
}

function required(options: Options, name: string): string {
  const value = options[name];
  if (!value) throw new UsageError(`Give --${name}.`);
  return value;
}
