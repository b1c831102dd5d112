/**
 * Maestro flows on an own device: Maestro runs on this machine and drives the device, so a process of its own runs it and
 * tells the job's script on the device, which has the lease, the logs and the time, how that ended.
 */
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import * as z from 'zod/mini';
import { inBlocks } from '../../apk/byte-source.ts';
import { openZip } from '../../apk/zip.ts';
import { DevicelaneError } from '../../errors.ts';
import { killGroup } from '../command/process.ts';
import { JunitError, readJunit } from '../junit/read-junit.ts';
import { FarmError, type FarmFile, type FarmJob, type FarmResults } from '../port.ts';
import type { Device } from './adb.ts';
import { folderOf } from './job-script.ts';
import type { LentDevices } from './settings.ts';

const RUNNER = fileURLToPath(new URL('run-maestro.ts', import.meta.url));
/** Of all flows and what they bring along. */
const MAX_BYTES = 256 * 1024 * 1024;
/** Maestro reads variables of its environment that begin so. Source: Maestro's documentation, "Parameters and constants". */
const VARIABLE = /^MAESTRO_\w{1,100}$/;
export const REPORT = 'report.xml';
/** Where the runner writes which process Maestro is. */
export const CHILD = 'child.json';
const Child = z.object({ pid: z.int(), startedAt: z.string() });

/** What the runner is told, beside its environment. */
export const RunnerPlan = z.object({
  maestro: z.string(),
  lent: z.object({ name: z.string(), serials: z.array(z.string()), adb: z.string(), port: z.int() }),
  serial: z.string(),
  home: z.string(),
  /** The job's folder on its device. */
  folder: z.string(),
});
export type RunnerPlan = z.infer<typeof RunnerPlan>;

/** @throws FarmError `refused` for a variable that Maestro would not see */
export function requireMaestroVariables(env: Readonly<Record<string, string>>): void {
  const wrong = Object.keys(env).find((name) => !VARIABLE.test(name));
  if (wrong !== undefined) {
    throw new FarmError('refused', `Maestro reads variables that begin with MAESTRO_ alone: rename ${wrong}.`);
  }
}

const placeOf = (home: string, name: string): string => join(home, 'maestro', name);

/** Unpacks the flows where the runner finds them. @throws FarmError `refused` for a zip that cannot be used */
export async function placeFlows(home: string, name: string, tests: FarmFile): Promise<void> {
  const place = placeOf(home, name);
  await rm(place, { recursive: true, force: true });
  await mkdir(join(place, 'flows'), { recursive: true, mode: 0o700 });
  try {
    const zip = await openZip(inBlocks(tests));
    let left = MAX_BYTES;
    for (const entry of zip.entries.values()) {
      if (entry.name.endsWith('/')) continue;
      left -= entry.inflatedSize;
      if (left < 0) throw new FarmError('refused', 'The flows are larger than 256 MiB.');
      // Names that lead out of the zip are refused where it is opened.
      const path = join(place, 'flows', entry.name);
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await pipeline(Readable.from(zip.inflate(entry)), createWriteStream(path, { mode: 0o600, flags: 'wx' }));
    }
  } catch (error) {
    await dropFlows(home, name);
    if (error instanceof DevicelaneError) throw new FarmError('refused', error.message, { cause: error });
    throw error;
  }
}

/** Also ends a Maestro whose runner was killed. */
export async function dropFlows(home: string, name: string): Promise<void> {
  const place = placeOf(home, name);
  const text = await readFile(join(place, CHILD), 'utf8').catch(() => null);
  if (text !== null) killGroup(Child.parse(JSON.parse(text)), 'SIGKILL');
  await rm(place, { recursive: true, force: true });
}

/** Once: whoever makes the folder on the device runs Maestro. */
export async function runMaestro(
  device: Device,
  { lent, home, name, job }: { lent: LentDevices; home: string; name: string; job: FarmJob },
): Promise<void> {
  const folder = folderOf(name);
  const place = placeOf(home, name);
  await mkdir(place, { recursive: true, mode: 0o700 });
  const { code } = await device.shell(`mkdir ${folder}/host`);
  if (code !== 0) return;
  const plan: RunnerPlan = {
    maestro: lent.maestro!,
    lent: { name: lent.name, serials: [...lent.serials], adb: lent.adb, port: lent.port },
    serial: device.serial,
    home,
    folder,
  };
  await writeFile(join(place, 'plan.json'), JSON.stringify(plan), { mode: 0o600 });
  const env = {
    ...job.env,
    HOME: home,
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'C.UTF-8',
    ANDROID_SERIAL: device.serial,
    ANDROID_ADB_SERVER_PORT: String(lent.port),
    MAESTRO_CLI_NO_ANALYTICS: '1',
  };
  spawn(process.execPath, [RUNNER, place], { cwd: place, detached: true, stdio: 'ignore', env }).unref();
}

/** What the runner left on the device; nothing where Maestro left no report. @throws FarmError `broken` */
export async function readMaestroResults(device: Device, name: string): Promise<Omit<FarmResults, 'evidence'>> {
  const path = `${folderOf(name)}/${REPORT}`;
  const { code } = await device.shell(`[ -s ${path} ]`);
  if (code !== 0) return { tests: [], expected: null };
  try {
    const { tests, expected } = await readJunit(device.read(path, 0));
    return { tests, expected: tests.length === 0 ? null : expected };
  } catch (error) {
    if (error instanceof JunitError)
      throw new FarmError('broken', `Maestro’s report cannot be used: ${error.message}.`);
    throw error;
  }
}
