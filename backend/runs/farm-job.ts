/** A job as its farm is told of it, with files that open sealed bytes when the farm reads them. */
import type { Context, SealedBlob } from '../context.ts';
import type { Farm, FarmFile, FarmJob } from '../farms/port.ts';
import { type SecretPurpose, withSecret } from '../integrations/with-secret.ts';
import { openDescription } from '../uploads/description.ts';
import { findArtifact, findContent, isForgotten } from '../uploads/read.ts';
import type { JobRow, RunRow } from './change.ts';
import { nudgeAddress } from './nudge.ts';
import { openDevice, openPlan, openSelection } from './sealed.ts';
import { resolveSecrets, withoutSecrets } from './secrets.ts';

export type FarmWork = { farm: Farm; job: FarmJob };

/** The artifact that a job needs was forgotten before its farm had it. */
export class ArtifactForgotten extends Error {
  constructor() {
    super('The file to test was forgotten before the farm had it.');
    this.name = this.constructor.name;
  }
}

/**
 * Does a piece of work with a job's farm, whose credential is open only for so long.
 *
 * @param options.needsFiles false for calls that only name the job: they must reach the farm after the files are forgotten
 * @throws ArtifactForgotten when bytes are needed and gone; FarmError when the farm's connection cannot be used
 */
export async function withFarm<T>(
  ctx: Context,
  run: RunRow,
  job: JobRow,
  purpose: SecretPurpose,
  work: (farmWork: FarmWork) => Promise<T>,
  { needsFiles = true }: { needsFiles?: boolean } = {},
): Promise<T> {
  const farmJob = await readFarmJob(ctx, run, job, purpose, needsFiles);
  return withSecret(ctx, job.connection_id, { purpose, run }, (connection, credential) => {
    const farm = ctx.farms.open(connection, credential);
    return work({ farm, job: farm.features.retries ? farmJob : { ...farmJob, attempts: 1 } });
  });
}

async function readFarmJob(
  ctx: Context,
  run: RunRow,
  job: JobRow,
  purpose: SecretPurpose,
  needsFiles: boolean,
): Promise<FarmJob> {
  const plan = await openPlan(ctx, run.id, run.sealed_plan!);
  const { device } = await openDevice(ctx, run.id, job.id, job.sealed_device);
  const selection = job.sealed_selection && (await openSelection(ctx, run.id, job.id, job.sealed_selection));
  const rows = needsFiles || purpose !== 'observe' ? await readRoles(ctx, run.id) : [];
  const files = new Map<string, FarmFile>();
  for (const row of rows) files.set(row.role, await farmFile(ctx, row.artifact_id, needsFiles));
  return {
    key: job.farm_key,
    app: files.get('app') ?? UNREAD_FILE,
    tests: files.get('tests') ?? null,
    device,
    framework: plan.framework,
    env: purpose === 'start' ? await resolveSecrets(ctx, run, plan.env) : withoutSecrets(plan.env),
    // Named tests are a shard of their own making.
    shard: selection ? { index: 0, count: 1 } : { index: job.shard_index, count: job.shard_count },
    only: selection?.only ?? null,
    except: selection?.except ?? [],
    attempts: 1 + (plan.retries ?? 0),
    timeoutMs: run.timeout_ms,
    nudgeUrl: purpose === 'start' ? await nudgeAddress(ctx, job) : null,
  };
}

/** For looking at a job: without its files, unless its farm keeps nothing of them. */
export async function readSeenJob(ctx: Context, run: RunRow, job: JobRow, farm: Farm): Promise<FarmJob> {
  return readFarmJob(ctx, run, job, 'observe', farm.features.stateless);
}

const readRoles = (ctx: Context, runId: string) =>
  ctx.db.selectFrom('run_artifacts').selectAll().where('run_id', '=', runId).execute();

/** Stands where a call names the job only. */
const UNREAD_FILE: FarmFile = { name: 'app', kind: 'apk', size: 0, sha256: '', open: refuse, read: refuse };

async function farmFile(ctx: Context, artifactId: string, isNeeded: boolean): Promise<FarmFile> {
  const row = await findArtifact(ctx, artifactId);
  const content = await findContent(ctx, row);
  const facts = { kind: row.kind ?? 'apk', size: row.size, sha256: row.sha256.toString('hex') };
  if (isForgotten(ctx, row) || !content || !row.kind || !row.sealed_description) {
    if (isNeeded) throw new ArtifactForgotten();
    return { ...facts, name: 'forgotten', open: refuse, read: refuse };
  }
  const { name } = await openDescription(ctx, row.id, row.sealed_description);
  // Opened once for all that a farm reads of it here and there, if it does.
  let opened: Promise<SealedBlob> | null = null;
  return {
    ...facts,
    name,
    open: () => ctx.blobs.read(content.keyId, content.blobName),
    async read(offset, length) {
      opened ??= ctx.blobs.open(content.keyId, content.blobName);
      return (await opened).read(offset, length);
    },
  };
}

function refuse(): never {
  throw new ArtifactForgotten();
}
