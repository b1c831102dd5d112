/** The adapter to own devices: phones and emulators that the operator lends, by adb. A job lives on its device alone. */
import { isKeyName, nameOfKey } from '../key-names.ts';
import { type Farm, type FarmDevice, FarmError, type FarmEvidence, type FarmJob, type Observation } from '../port.ts';
import { createDevice, type Device, readySerials } from './adb.ts';
import { install, readBuilds, uninstall } from './install.ts';
import { folderOf, scriptOf } from './job-script.ts';
import { cleanerOf, dropLease, takeLease } from './lease.ts';
import { dropFlows, placeFlows, readMaestroResults, requireMaestroVariables, runMaestro } from './maestro.ts';
import { quote } from './quote.ts';
import { look, type Seen } from './seen.ts';
import type { OwnDeviceSettings } from './settings.ts';
import { readTranscript, type Transcript } from './transcript.ts';

/** Whichever device is free. */
const ANY = 'any';
const BUSY_MS = 15_000;
const MAX_TRANSCRIPT = 4 * 1024 * 1024;
const MINUTE_MS = 60_000;
/** Characters in one command: old devices take 4 KiB with everything around it. */
const PIECE = 3_000;
const EVIDENCE = [
  [/^logcat\.txt$/, 'device_log', 'text/plain; charset=utf-8'],
  [/^out\.txt$/, 'session_log', 'text/plain; charset=utf-8'],
  [/^report\.xml$/, 'report', 'application/xml'],
  [/^end\.png$/, 'screenshot', 'image/png'],
  [/^video-\d+\.mp4$/, 'video', 'video/mp4'],
] as const;

/**
 * @param options.home folder that adb keeps its key in
 * @param options.timeoutMs milliseconds to wait for a device's answer. Default: 20 s
 */
export function createOwnDevices(settings: OwnDeviceSettings, options: { home: string; timeoutMs?: number }): Farm {
  const { lent } = settings;
  const { home } = options;
  const bounds = { home: options.home, timeoutMs: options.timeoutMs ?? 20_000 };
  const open = (serial: string): Device => createDevice(lent, serial, bounds);
  const readyDevices = async (): Promise<Device[]> => (await readySerials(lent, bounds)).map(open);

  /** The device that has the job, by what `start` returned. @throws FarmError `broken` while it is away */
  async function deviceOf(externalId: string): Promise<{ device: Device; name: string }> {
    const [name = '', serial = ''] = externalId.split('@');
    if (!isKeyName(name) || !lent.serials.includes(serial)) {
      throw new FarmError('refused', 'That is no job of these devices.');
    }
    if (!(await readySerials(lent, bounds)).includes(serial))
      throw new FarmError('broken', 'The device does not answer.');
    return { device: open(serial), name };
  }

  async function findDevice(name: string): Promise<Device | null> {
    for (const device of await readyDevices()) {
      if ((await device.shell(`[ -d ${folderOf(name)} ]`)).code === 0) return device;
    }
    return null;
  }

  /** A device that fits and is free, which is the job's from now on. */
  async function leaseDevice(job: FarmJob, name: string): Promise<Device> {
    let fits = 0;
    for (const device of await readyDevices()) {
      const { model, os } = await describe(device);
      const isModel = job.device.model === ANY || job.device.model.toLowerCase() === model.toLowerCase();
      if (!isModel || !(job.device.os === null || os.includes(job.device.os))) continue;
      fits += 1;
      if (await takeLease(device, name)) return device;
    }
    if (fits > 0) throw new FarmError('broken', 'Every device that fits is at work.', { retryAfterMs: BUSY_MS });
    throw new FarmError('broken', 'No device that answers now fits.', { retryAfterMs: BUSY_MS });
  }

  return {
    name: 'own-devices',
    features: {
      // The script begins once, however often it is started.
      start: 'idempotent',
      stop: true,
      webhook: false,
      env: ['instrumentation', 'maestro'],
      filter: ['instrumentation'],
      excludes: true,
      shards: 'uniform',
      sharded: ['instrumentation'],
      retries: false,
      frameworks: lent.maestro ? ['instrumentation', 'maestro'] : ['instrumentation'],
      withoutTests: [],
      artifacts: lent.maestro ? ['apk', 'test_apk', 'maestro_zip'] : ['apk', 'test_apk'],
      forgetsUploads: { how: 'verified' },
      forgetsResults: { how: 'verified' },
      namesDevices: false,
      stateless: false,
      limits: {
        callsPerSecond: 20,
        burst: 50,
        parallelJobs: lent.serials.length,
        maxTimeoutMs: null,
        maxFileSize: null,
        maxShards: null,
      },
    },
    defaultDevice: { model: ANY, os: null, orientation: 'portrait', locale: null },

    async devices() {
      const all = await Promise.all((await readyDevices()).map(describe));
      return [{ model: ANY, os: [], platform: 'android', isVirtual: false }, ...all];
    },

    async upload({ file, key }) {
      if (file.size === 0) throw new FarmError('refused', 'The file is empty.');
      // Which device will have it is known at the start only: nothing is kept until then.
      return { id: key, expiresAt: null };
    },

    async start(job) {
      const name = nameOfKey(job.key);
      const builds = await readBuilds(job);
      if (builds.component === null) requireMaestroVariables(job.env);
      const device = (await findDevice(name)) ?? (await leaseDevice(job, name));
      const externalId = `${name}@${device.serial}`;
      const before = await look(device, name);
      if (before.state !== 'none' && before.state !== 'prepared') {
        // A start may have broken off between the script and Maestro.
        if (before.state === 'running' && builds.component === null)
          await runMaestro(device, { lent, home, name, job });
        return { externalId };
      }
      const folder = folderOf(name);
      try {
        await device.shell(`mkdir -p ${folder} && echo ${quote(builds.packages.join(' '))} > ${folder}/packages`);
        const [app = '', test = app] = builds.packages;
        await install(device, folder, job.app, 'app.apk', app);
        if (job.tests && builds.component === null) await placeFlows(home, name, job.tests);
        else if (job.tests) await install(device, folder, job.tests, 'tests.apk', test);
      } catch (error) {
        await dropFlows(home, name);
        await uninstall(device, builds.packages).catch(() => undefined);
        await device.shell(`rm -rf ${folder}`).catch(() => undefined);
        await dropLease(device, name).catch(() => undefined);
        throw error;
      }
      const { component } = builds;
      const script = scriptOf(name, job, { component, orchestrator: settings.orchestrator, video: settings.video });
      // In pieces: a command line has an end.
      await writeScript(device, `${folder}/run.sh`, script);
      // The server's first sign of life stands before the script looks for one.
      if (component === null) await device.shell(`: > ${folder}/beat`);
      await begin(device, folder);
      if (component === null) await runMaestro(device, { lent, home, name, job });
      return { externalId };
    },

    async find(job) {
      const name = nameOfKey(job.key);
      const device = await findDevice(name);
      return device ? { externalId: `${name}@${device.serial}` } : null;
    },

    async observe(job, externalId) {
      const { device, name } = await deviceOf(externalId);
      const seen = await look(device, name);
      if (seen.state === 'prepared') return { state: 'queued', consoleUrl: null };
      if (seen.state === 'running') return { state: 'running', consoleUrl: null };
      const deviceMs = seen.tookMs === null ? null : Math.ceil(seen.tookMs / MINUTE_MS) * MINUTE_MS;
      return { state: 'ended', consoleUrl: null, deviceMs, ...(await outcomeOf(device, job, name, seen)) };
    },

    async results(job, externalId) {
      const { device, name } = await deviceOf(externalId);
      const { tests, expected } = await readResults(device, job, name);
      return { tests, expected, evidence: await listEvidence(device, name) };
    },

    async stop(_job, externalId) {
      const { device, name } = await deviceOf(externalId);
      const folder = folderOf(name);
      // The script sees it within a second, ends the app and writes how it ended.
      await device.shell(
        `[ -d ${folder} ] && [ ! -e ${folder}/rc ] && : > ${folder}/stop; for p in $(cat ${folder}/packages 2>/dev/null); do am force-stop "$p"; done; true`,
      );
      for (let left = 30; left > 0; left -= 1) {
        const { state } = await look(device, name);
        if (state !== 'running') return;
        await device.shell('sleep 0.5');
      }
      throw new FarmError('broken', 'The job has not ended on its device yet.');
    },

    async forgetUpload() {
      // Nothing is kept between the call and the start.
    },

    async forgetResults(_job, externalId) {
      const { device, name } = await deviceOf(externalId);
      const { state } = await look(device, name);
      if (state === 'running') throw new FarmError('broken', 'The job is still at work on its device.');
      const folder = folderOf(name);
      // What is installed may be another job's by now: it is taken away only from a device that is free.
      const cleaner = cleanerOf(name);
      if (!(await takeLease(device, cleaner)))
        throw new FarmError('broken', 'The device is at work.', { retryAfterMs: BUSY_MS });
      try {
        const packages = (await device.shell(`cat ${folder}/packages 2>/dev/null; true`)).text.trim().split(/\s+/);
        await uninstall(device, packages.filter(Boolean));
        await dropFlows(home, name);
        await device.shell(`rm -rf ${folder}`);
        const { code } = await device.shell(`[ ! -e ${folder} ]`);
        if (code !== 0) throw new FarmError('broken', 'The device still has the job’s folder.');
      } finally {
        await dropLease(device, cleaner).catch(() => undefined);
      }
    },
  };
}

async function describe(device: Device): Promise<FarmDevice> {
  const { text } = await device.shell(
    'getprop ro.product.model; getprop ro.build.version.sdk; getprop ro.build.version.release; getprop ro.kernel.qemu',
  );
  const [model = '', sdk = '', release = '', qemu = ''] = text.split('\n').map((line) => line.trim());
  const os = [...new Set([sdk, release])].filter(Boolean);
  return { model: model || device.serial, os, platform: 'android', isVirtual: qemu === '1' };
}

async function writeScript(device: Device, path: string, script: string): Promise<void> {
  const encoded = Buffer.from(script).toString('base64');
  await device.shell(`: > ${path}.b64`);
  for (let start = 0; start < encoded.length; start += PIECE) {
    const { code } = await device.shell(`printf %s ${encoded.slice(start, start + PIECE)} >> ${path}.b64`);
    if (code !== 0) throw new FarmError('broken', 'The device did not take the job.');
  }
  const { code } = await device.shell(`base64 -d ${path}.b64 > ${path} && rm ${path}.b64`);
  if (code !== 0) throw new FarmError('broken', 'The device did not take the job.');
}

/** From here on the job may run whatever is answered. */
async function begin(device: Device, folder: string): Promise<void> {
  try {
    await device.shell(`setsid sh ${folder}/run.sh </dev/null >/dev/null 2>&1 & sleep 0.2`);
  } catch (error) {
    throw new FarmError('unknown_outcome', 'The device broke off while the job was begun.', { cause: error });
  }
}

type Outcome = Pick<Extract<Observation, { state: 'ended' }>, 'outcome' | 'reason'>;

async function outcomeOf(device: Device, job: FarmJob, name: string, seen: Seen): Promise<Outcome> {
  if (seen.state === 'none') return { outcome: 'errored', reason: 'Nothing of the job is on its device any more.' };
  if (seen.isStopped) return { outcome: 'cancelled', reason: null };
  if (seen.isLate) return { outcome: 'timed_out', reason: null };
  if (seen.isRebooted) return { outcome: 'errored', reason: 'The device was started anew while the job ran.' };
  if (seen.state === 'lost') return { outcome: 'errored', reason: 'The job was killed on its device.' };
  const { tests, isComplete, problem } = await readResults(device, job, name);
  // A crash is its test's; where no test was at work nobody can be charged.
  const isCharged = tests.some(({ outcome }) => outcome === 'failed' || outcome === 'errored');
  return isComplete || isCharged ? { outcome: 'completed', reason: problem } : { outcome: 'errored', reason: problem };
}

async function readResults(device: Device, { framework }: FarmJob, name: string): Promise<Transcript> {
  if (framework === 'maestro') {
    const results = await readMaestroResults(device, name);
    const isComplete = results.expected !== null;
    return { ...results, isComplete, problem: isComplete ? null : 'Maestro left no report.' };
  }
  let text = '';
  const decoder = new TextDecoder();
  for await (const piece of device.read(`${folderOf(name)}/out.txt`, 0)) {
    text += decoder.decode(piece, { stream: true });
    if (text.length > MAX_TRANSCRIPT) break;
  }
  return readTranscript(text + decoder.decode());
}

async function listEvidence(device: Device, name: string): Promise<FarmEvidence[]> {
  const folder = folderOf(name);
  const { text } = await device.shell(
    `cd ${folder} && for f in *; do [ -f "$f" ] && [ -s "$f" ] && echo "$f"; done; true`,
  );
  return text.split('\n').flatMap((file) => {
    const known = EVIDENCE.find(([form]) => form.test(file));
    if (!known) return [];
    const [, kind, contentType] = known;
    return [{ name: file, kind, contentType, open: (offset = 0) => device.read(`${folder}/${file}`, offset) }];
  });
}
