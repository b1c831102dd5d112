/** The operator's commands beside `serve`: each opens the doors, does its work, and closes them. */
import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { exportAudit } from '../audit/export.ts';
import type { Context, SystemContext } from '../context.ts';
import { DevicelaneError } from '../errors.ts';
import { publishCheckpoints } from '../integrations/publish-checkpoints.ts';
import { findPerson } from '../people/find.ts';
import { createSignInLink } from '../people/sign-in-link.ts';
import { listTenants, resumeTenants } from '../tenants/create.ts';
import { setTenantState } from '../tenants/set-state.ts';
import { CONNECTION_COMMANDS } from './connection-commands.ts';
import { doctor, type Patient } from './doctor.ts';
import { type Options, required, type Told } from './options.ts';
import { approveProject, PROJECT_COMMANDS } from './project-commands.ts';
import { setUp } from './setup.ts';
import { checkPolicyFile, checkProject } from './trust-check.ts';
import { UsageError } from './usage-error.ts';

export type Opened = Patient;

export { UsageError };

/** Each returns what to print. @throws UsageError, DevicelaneError */
export const COMMANDS: Record<string, (opened: Opened, options: Options) => Promise<string | Told>> = {
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

  ...inTenant(CONNECTION_COMMANDS),
  ...inTenant(PROJECT_COMMANDS),

  'project approve': ({ system }, options) => approveProject(system, options),

  doctor,

  async migrate({ doors }) {
    await resumeTenants(doors);
    return 'Every database is up to date.';
  },

  async 'trust check'({ system }, options) {
    if (options.policy) throw new UsageError('Give --policy or --project, not both.');
    return checkProject(system, { claims: required(options, 'claims'), project: required(options, 'project') });
  },

  async 'tenant list'({ system }) {
    const tenants = await listTenants(system.control);
    return tenants.map(({ id, state, region }) => `${id} ${state} ${region}`).join('\n');
  },

  async 'tenant suspend'({ system }, options) {
    await setTenantState({ system, input: { tenantId: required(options, 'tenant'), state: 'suspended' } });
    return 'Nothing of this tenant works any more, until `tenant resume`.';
  },

  async 'tenant resume'({ system }, options) {
    await setTenantState({ system, input: { tenantId: required(options, 'tenant'), state: 'active' } });
    return 'The tenant works again.';
  },
};

/** What needs no doors with these options; null: it does. */
export function offline(command: string, options: Options): Promise<string> | null {
  if (command !== 'trust check' || options.policy === undefined || options.project !== undefined) return null;
  return checkPolicyFile({ claims: required(options, 'claims'), policy: options.policy });
}

async function known(system: SystemContext, options: Options) {
  const found = await findPerson(system, required(options, 'email'));
  if (!found) throw new DevicelaneError('not_found', 'Nobody is known by this address.', { field: '--email' });
  return found;
}

type TenantCommand = (ctx: Context, options: Options, input: NodeJS.ReadStream) => Promise<string | Told>;

/** Commands that work in the tenant of the person whom `--email` names. */
function inTenant(commands: Readonly<Record<string, TenantCommand>>): typeof COMMANDS {
  const opened = Object.entries(commands).map(([name, run]): [string, (typeof COMMANDS)[string]] => [
    name,
    async ({ system }, options) => run((await known(system, options)).ctx, options, process.stdin),
  ]);
  return Object.fromEntries(opened);
}
