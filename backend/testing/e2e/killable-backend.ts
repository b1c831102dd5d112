/**
 * A backend in a process of its own, on the embedded Postgres with durable writes, that kills itself and its Postgres
 * with SIGKILL where a test says. Started by `killable.ts` alone.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import pino from 'pino';
import { exportAudit } from '../../audit/export.ts';
import { readConfig } from '../../config.ts';
import { createFakeFarm } from '../../farms/fake/adapter.ts';
import type { OnTransaction } from '../../tenant-contexts.ts';
import { listTenants } from '../../tenants/create.ts';
import { startBackend } from '../../wire.ts';
import { setUpProject } from '../world.ts';
import type { DeathPoint, FromBackend, Setting, ToBackend } from './killable-messages.ts';

const setting = JSON.parse(process.argv[2] ?? '') as Setting;
const config = readConfig(process.env);
const say = (message: FromBackend): void => void process.send?.(message);

let death: DeathPoint | null = null;

const onTransaction: OnTransaction = async (phase, db) => {
  if (death?.phase !== phase) return;
  const newest = await db
    .selectFrom('runs')
    .innerJoin('jobs', 'jobs.run_id', 'runs.id')
    .leftJoin('intents as starting', (join) =>
      join.onRef('starting.job_id', '=', 'jobs.id').on('starting.kind', '=', 'start'),
    )
    .leftJoin('intents as stopping', (join) =>
      join.onRef('stopping.job_id', '=', 'jobs.id').on('stopping.kind', '=', 'stop'),
    )
    .select(['runs.state as run', 'jobs.state as job', 'starting.state as started', 'stopping.state as stopped'])
    .orderBy('runs.created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (newest && [newest.run, newest.job, newest.started ?? '-', newest.stopped ?? '-'].join('/') === death.state) die();
};

function die(): void {
  process.kill(postmaster, 'SIGKILL');
  process.kill(process.pid, 'SIGKILL');
}

const backend = await startBackend(config, {
  log: pino({ level: 'fatal' }),
  farms: { fake: () => createFakeFarm({ ...setting.farm, timeoutMs: 5_000 }) },
  onTransaction,
});
const postmaster = Number(
  (await readFile(join(config.dataFolder, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0],
);
if (setting.setUp) await setUpProject(backend, setting.setUp, { kind: 'fake', settings: {} });
const [tenant] = await listTenants(backend.doors.databases.control);

async function auditOf(object: string): Promise<string[]> {
  const ctx = await backend.contexts.open({ id: tenant!.id }, { kind: 'operator' }, 'test');
  const query = ctx!.db.selectFrom('audit_entries').select('code').where('object', '=', object).orderBy('id');
  return (await query.execute()).map(({ code }) => code);
}

async function exportTo(file: string): Promise<void> {
  const ctx = await backend.contexts.open({ id: tenant!.id }, { kind: 'operator' }, 'test');
  await writeFile(file, await exportAudit({ ctx: ctx! }));
}

process.on('message', async (message: ToBackend) => {
  if ('die' in message) {
    death = message.die;
    say({ armed: true });
  } else if ('auditOf' in message) {
    say({ codes: await auditOf(message.auditOf) });
  } else if ('exportAudit' in message) {
    await exportTo(message.exportAudit);
    say({ exported: message.exportAudit });
  } else {
    await backend.stop();
    process.exit(0);
  }
});
// The test is gone: nobody else would stop this process.
process.on('disconnect', () => process.exit(1));
say({ url: backend.url });
