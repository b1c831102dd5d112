/** Says what is configured, reachable and missing, a line each. */
import { randomUUID } from 'node:crypto';
import { checkLog } from '../audit/check-log.ts';
import type { Config } from '../config.ts';
import type { SystemContext } from '../context.ts';
import { listTenants, type TenantDoors } from '../tenants/create.ts';
import { fetchKeys, type IssuerConfig } from '../tokens/issuers.ts';

type Finding = { state: 'ok' | 'missing' | 'warning' | 'FAILED'; what: string; detail: string };
export type Patient = { doors: TenantDoors; system: SystemContext; config: Config };

/** @returns a line for each thing that was looked at */
export async function doctor(patient: Patient): Promise<string> {
  const findings = [
    await look('database', () => lookAtDatabase(patient)),
    ...(await lookAtBlobs(patient)),
    ...(await lookAtAuditLogs(patient)),
    ...(await Promise.all(patient.config.issuers.map((issuer) => look(issuer.issuer, () => lookAtIssuer(issuer))))),
    lookAtGithubApp(patient),
    lookAtTrustedRoots(patient),
  ];
  return findings.map(({ state, what, detail }) => `${state.padEnd(7)} ${what}: ${detail}`).join('\n');
}

/** What fails is a finding, by its message; none of these messages holds a secret. */
async function look(what: string, at: () => Promise<string>): Promise<Finding> {
  try {
    return { state: 'ok', what, detail: await at() };
  } catch (error) {
    return { state: 'FAILED', what, detail: (error as Error).message };
  }
}

async function lookAtDatabase({ system, config }: Patient): Promise<string> {
  const tenants = await listTenants(system.control);
  const active = tenants.filter((tenant) => tenant.state === 'active').length;
  const where = config.databaseUrl === null ? 'embedded, in the data folder' : 'the server of DATABASE_URL';
  return `${where}; ${active} of ${tenants.length} tenants active${tenants.length === 0 ? ' (make the first with setup)' : ''}`;
}

async function lookAtAuditLogs({ system }: Patient): Promise<Finding[]> {
  const tenants = (await listTenants(system.control)).filter((tenant) => tenant.state === 'active');
  return Promise.all(
    tenants.map(({ id, route }) =>
      look(`audit log ${route}`, async () => {
        const ctx = await system.openTenant({ id }, { kind: 'operator' });
        if (!ctx) throw new Error('the tenant is not active any more');
        const { entries, signed } = await checkLog({ ctx });
        return `${entries} entries, ${signed} of them signed`;
      }),
    ),
  );
}

/** Writes a blob, reads it back, removes it, and asks what the store has kept of it. */
async function lookAtBlobs({ doors, config }: Patient): Promise<Finding[]> {
  const { blobs } = doors;
  const container = `doctor-${randomUUID()}`;
  const kept = new Set<string>();
  const keep = async (): Promise<void> => {
    for await (const { what } of blobs.remains(container)) kept.add(what);
  };
  const looked = await look('blobs', async () => {
    await blobs.createContainer(container);
    try {
      const sent = Buffer.from(randomUUID());
      await blobs.write(container, 'check', once(sent));
      const read: Uint8Array[] = [];
      for await (const chunk of blobs.read(container, 'check')) read.push(chunk);
      if (!Buffer.concat(read).equals(sent)) throw new Error('what was read is not what was written');
      await blobs.remove(container, 'check');
      await keep();
    } finally {
      await blobs.removeContainer(container);
    }
    await keep();
    const where = config.blobs.kind === 'folder' ? 'a folder' : 'an Azure account';
    return `${where}; written, read back and removed`;
  });
  if (kept.size === 0) return [looked];
  const detail = `the account keeps a ${[...kept].join(' and a ')} after its removal: switch off versioning and soft delete`;
  return [looked, { state: 'warning', what: 'blobs', detail }];
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function lookAtIssuer(issuer: IssuerConfig): Promise<string> {
  const { keys } = await fetchKeys(issuer);
  return `${keys.length} keys`;
}

function lookAtGithubApp({ config }: Patient): Finding {
  const what = 'GitHub App';
  if (config.githubApp && !config.githubWebhook)
    return {
      state: 'missing',
      what,
      detail: 'without GITHUB_WEBHOOK_SECRET there are no re-runs from checks and no forks',
    };
  if (config.githubApp)
    return { state: 'ok', what, detail: `App ${config.githubApp.appId} at ${config.githubApp.apiUrl}` };
  return { state: 'missing', what, detail: 'without it no check is posted, and the step itself is the gate' };
}

function lookAtTrustedRoots({ config }: Patient): Finding {
  const what = 'attestations';
  if (config.trustedRoots)
    return { state: 'ok', what, detail: `${config.trustedRoots.length} trusted roots of SIGSTORE_TRUSTED_ROOT` };
  return { state: 'ok', what, detail: 'of public repositories; private ones need SIGSTORE_TRUSTED_ROOT' };
}
