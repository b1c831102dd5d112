/** Puts a job's builds on its device. Old devices end with 0 whatever happened, so the text is what counts. */

import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { readBuild } from '../../apk/read-build.ts';
import { DevicelaneError } from '../../errors.ts';
import { FarmError, type FarmFile, type FarmJob } from '../port.ts';
import type { Device } from './adb.ts';
import { quote } from './quote.ts';

const INSTALL_MS = 300_000;
/** The device's fault, not the build's. */
const DEVICE = /INSUFFICIENT_STORAGE|DEVICE_NOT_|INTERNAL_ERROR|UPDATE_INCOMPATIBLE|ALREADY_EXISTS/;
/** What an uninstall of the build before may mend. */
const IN_THE_WAY = /UPDATE_INCOMPATIBLE|ALREADY_EXISTS|VERSION_DOWNGRADE/;

export type Builds = {
  /** Packages that are installed for the job. */
  packages: string[];
  /** `package/runner`; null where flows are the tests. */
  component: string | null;
};

/** @throws FarmError `refused` for files that are no app and its tests */
export async function readBuilds({ app, tests, framework }: FarmJob): Promise<Builds> {
  if (framework === 'maestro') {
    if (tests?.kind !== 'maestro_zip') throw new FarmError('refused', 'Maestro runs flows: give their zip as tests.');
    return { packages: [(await readApk(app)).package], component: null };
  }
  if (!tests) throw new FarmError('refused', 'Own devices run instrumentation tests: give their APK as tests.');
  const [main, test] = [await readApk(app), await readApk(tests)];
  if (!test.instrumentation)
    throw new FarmError('refused', 'The tests have no instrumentation: give the androidTest APK.');
  const packages = [...new Set([main.package, test.package])];
  return { packages, component: `${test.package}/${test.instrumentation.runner}` };
}

async function readApk(file: FarmFile) {
  try {
    const build = await readBuild({ size: file.size, read: (offset, length) => file.read(offset, length) });
    if (build.container !== 'apk') throw new FarmError('refused', 'Own devices install APKs: give an APK.');
    return build.apk.manifest;
  } catch (error) {
    if (error instanceof DevicelaneError && error.code === 'invalid_artifact') {
      throw new FarmError('refused', error.message, { cause: error });
    }
    throw error;
  }
}

/** @throws FarmError `refused` for a build that the device does not take, `broken` for a device that cannot */
export async function install(
  device: Device,
  folder: string,
  file: FarmFile,
  name: string,
  packageName: string,
): Promise<void> {
  const target = `${folder}/${name}`;
  // Only while it is handed on, in a folder of this process alone.
  const local = await mkdtemp(join(tmpdir(), 'devicelane-push-'));
  try {
    await pipeline(Readable.from(file.open()), createWriteStream(join(local, name), { mode: 0o600 }));
    await device.push(join(local, name), target);
  } finally {
    await rm(local, { recursive: true, force: true });
  }
  const once = async (): Promise<string> =>
    (await device.shell(`pm install -r -t -g ${quote(target)}`, INSTALL_MS)).text;
  let said = await once();
  if (IN_THE_WAY.test(said)) {
    await device.shell(`pm uninstall ${quote(packageName)}`, INSTALL_MS);
    said = await once();
  }
  await device.shell(`rm -f ${quote(target)}`);
  if (/^Success/m.test(said)) return;
  const reason = /\[(.{1,200}?)\]/.exec(said)?.[1] ?? 'no reason given';
  if (DEVICE.test(said) || !/Failure/.test(said))
    throw new FarmError('broken', `The device did not install the build: ${reason}.`);
  throw new FarmError('refused', `The device does not install the build: ${reason}.`);
}

/** Verified by asking again. @throws FarmError `broken` */
export async function uninstall(device: Device, packages: readonly string[]): Promise<void> {
  for (const each of packages.filter((name) => /^[\w.]{1,200}$/.test(name))) {
    await device.shell(`am force-stop ${each}; pm uninstall ${each}`, INSTALL_MS);
    const { text } = await device.shell(`pm path ${each}`);
    if (/^package:/m.test(text)) throw new FarmError('broken', 'The device still has an app that was to be deleted.');
  }
}
