/** The adapter to a command on this machine, which its operator allows: a program with a folder of its own. */
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { fileNameOf, isKeyName, nameOfKey } from '../key-names.ts';
import { type Farm, FarmError, type FarmJob, type JobUploads, type Observation } from '../port.ts';
import { type Exit, FILES, isThere, writeNote } from './job-folder.ts';
import { readEvidence, readReports } from './leavings.ts';
import { endOrphans, look } from './seen.ts';
import { type AllowedCommand, requireVariables } from './settings.ts';

const SUPERVISOR = fileURLToPath(new URL('supervise.ts', import.meta.url));
const MAX_OUTPUT = 16 * 1024 * 1024;
/** For a supervisor to begin, and for one to end its program. */
const PATIENCE_MS = 12_000;
const LOOK_MS = 100;

/** @param root a folder of this machine, or one that all workers share */
export function createCommandFarm(command: AllowedCommand, root: string): Farm {
  const jobFolder = (name: string): string => join(root, 'jobs', name);
  const uploadFolder = (key: string): string => join(root, 'uploads', nameOfKey(key));

  async function requireFolder(name: string): Promise<string> {
    if (!isKeyName(name)) throw new FarmError('refused', 'That is no job of this farm.');
    const folder = jobFolder(name);
    if (!(await isThere(folder))) throw new FarmError('broken', 'The job is not on this machine.');
    return folder;
  }

  async function prepare(job: FarmJob, uploads: JobUploads, folder: string): Promise<void> {
    const work = join(folder, FILES.work);
    await mkdir(work, { recursive: true, mode: 0o700 });
    for (const [role, from] of Object.entries(uploads)) {
      const file = role === 'app' ? job.app : job.tests;
      if (from !== null && file) await copyFile(join(root, 'uploads', from), join(work, fileNameOf(role, file.kind)));
    }
    const timeoutMs = Math.min(job.timeoutMs, command.maxTimeoutMs);
    await writeNote(folder, FILES.plan, { argv: command.argv, timeoutMs, maxOutput: MAX_OUTPUT });
  }

  return {
    name: 'command',
    features: {
      // The supervisor's claim is made once, however often a start is asked for.
      start: 'idempotent',
      stop: true,
      webhook: false,
      env: command.env.length > 0 ? command.frameworks : [],
      filter: [],
      excludes: false,
      shards: 'uniform',
      sharded: command.frameworks,
      retries: false,
      frameworks: command.frameworks,
      withoutTests: command.frameworks,
      artifacts: ['apk', 'aab', 'ipa', 'test_apk', 'xctest_zip', 'maestro_zip'],
      forgetsUploads: { how: 'verified' },
      forgetsResults: { how: 'verified' },
      namesDevices: false,
      stateless: false,
      limits: {
        callsPerSecond: 100,
        burst: 100,
        parallelJobs: command.parallelJobs,
        maxTimeoutMs: command.maxTimeoutMs,
        maxFileSize: null,
        maxShards: null,
      },
    },
    defaultDevice: { model: 'worker', os: null, orientation: 'portrait', locale: null },

    devices: async () => [{ model: 'worker', os: [], platform: 'android', isVirtual: true }],

    async upload({ key, role, file }) {
      if (file.size === 0) throw new FarmError('refused', 'The file is empty.');
      const folder = uploadFolder(key);
      const path = join(folder, fileNameOf(role, file.kind));
      await mkdir(folder, { recursive: true, mode: 0o700 });
      if ((await stat(path).catch(() => null))?.size !== file.size) {
        await pipeline(Readable.from(file.open()), createWriteStream(path, { mode: 0o600 }));
      }
      return { id: path.slice(join(root, 'uploads').length + 1), expiresAt: null };
    },

    async start(job, uploads) {
      requireVariables(job.env, command);
      const name = nameOfKey(job.key);
      const folder = jobFolder(name);
      if ((await look(folder)).state === 'unclaimed') {
        await prepare(job, uploads, folder);
        const env = environmentOf(command, job, folder);
        spawn(process.execPath, [SUPERVISOR, folder], { cwd: folder, detached: true, stdio: 'ignore', env }).unref();
      }
      for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(LOOK_MS)) {
        if ((await look(folder)).state !== 'unclaimed') return { externalId: name };
      }
      throw new FarmError('unknown_outcome', 'The command was not seen to begin.');
    },

    async find(job) {
      const name = nameOfKey(job.key);
      return (await look(jobFolder(name))).state === 'unclaimed' ? null : { externalId: name };
    },

    async observe(_job, externalId) {
      const folder = await requireFolder(externalId);
      const seen = await look(folder);
      if (seen.state === 'unclaimed') return { state: 'queued', consoleUrl: null };
      if (seen.state === 'running') return { state: 'running', consoleUrl: null };
      const ended = { state: 'ended', consoleUrl: null } as const;
      if (seen.state === 'lost') return { ...ended, outcome: 'errored', reason: seen.reason, deviceMs: null };
      return { ...ended, ...(await outcomeOf(seen.exit, folder, command)), deviceMs: seen.exit.ranMs };
    },

    async results(_job, externalId) {
      const folder = await requireFolder(externalId);
      const reports = await readReports(join(folder, FILES.work), command.results);
      return { ...reports, evidence: await readEvidence(folder, command.evidence) };
    },

    async stop(_job, externalId) {
      if (!isKeyName(externalId)) throw new FarmError('refused', 'That is no job of this farm.');
      const folder = jobFolder(externalId);
      if (!(await isThere(folder))) return;
      await writeFile(join(folder, FILES.stop), '', { mode: 0o600 });
      for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await sleep(LOOK_MS)) {
        const { state } = await look(folder);
        if (state === 'ended' || state === 'lost') return;
      }
      throw new FarmError('broken', 'The command has not ended yet.');
    },

    forgetUpload: ({ key }) => dropFolder(uploadFolder(key)),

    async forgetResults(_job, externalId) {
      if (!isKeyName(externalId)) throw new FarmError('refused', 'That is no job of this farm.');
      const folder = jobFolder(externalId);
      if ((await look(folder)).state === 'running') throw new FarmError('broken', 'The command is still at work.');
      await endOrphans(folder);
      await dropFolder(folder);
    },
  };
}

/** Nothing of this server's own environment. */
function environmentOf(command: AllowedCommand, job: FarmJob, folder: string): Record<string, string> {
  const work = join(folder, FILES.work);
  return {
    ...job.env,
    PATH: command.path,
    HOME: work,
    TMPDIR: work,
    LANG: 'C.UTF-8',
    DEVICELANE_APP: join(work, fileNameOf('app', job.app.kind)),
    ...(job.tests ? { DEVICELANE_TESTS: join(work, fileNameOf('tests', job.tests.kind)) } : {}),
    DEVICELANE_FRAMEWORK: job.framework,
    DEVICELANE_DEVICE: job.device.model,
    ...(job.device.os === null ? {} : { DEVICELANE_OS: job.device.os }),
    DEVICELANE_SHARD_INDEX: String(job.shard.index),
    DEVICELANE_SHARD_COUNT: String(job.shard.count),
  };
}

type Outcome = Pick<Extract<Observation, { state: 'ended' }>, 'outcome' | 'reason'>;

async function outcomeOf({ code, signal, why }: Exit, folder: string, command: AllowedCommand): Promise<Outcome> {
  if (why === 'stopped') return { outcome: 'cancelled', reason: null };
  if (why === 'timed_out') return { outcome: 'timed_out', reason: null };
  if (why === 'not_started') return { outcome: 'errored', reason: 'The operator’s program could not be started.' };
  if (code === 0) return { outcome: 'completed', reason: null };
  // Runners say by their code that tests failed. A code without a failed test is a program that broke.
  const { tests } = await readReports(join(folder, FILES.work), command.results);
  const isTold = tests.some(({ outcome }) => outcome === 'failed' || outcome === 'errored');
  const how = signal ? `by ${signal}` : `with code ${code}`;
  return isTold ? { outcome: 'completed', reason: null } : { outcome: 'errored', reason: `The command ended ${how}.` };
}

/** Verified by looking again. */
async function dropFolder(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  const left = await readdir(folder).catch(() => null);
  if (left !== null) throw new FarmError('broken', 'A folder that was deleted is still there.');
}
