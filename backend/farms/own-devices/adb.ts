/** Calls to the adb client of this machine, which the operator names: argv, never a shell of ours, and a bound on each. */
import { execFile, spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { FarmError } from '../port.ts';
import { quote } from './quote.ts';
import type { LentDevices } from './settings.ts';

const MAX_ANSWER = 8 * 1024 * 1024;
/** Says how a command ended: adb itself does not on every device. */
const MARK = 'devicelane-rc=';

export type Device = ReturnType<typeof createDevice>;
type Options = { timeoutMs: number; home: string };

/** @throws FarmError `broken` where adb fails */
export async function runAdb(
  lent: LentDevices,
  args: readonly string[],
  { timeoutMs, home }: Options,
): Promise<string> {
  // Its server does not start without one.
  await mkdir(home, { recursive: true, mode: 0o700 });
  return new Promise((resolve, reject) => {
    execFile(
      lent.adb,
      ['-P', String(lent.port), ...args],
      // Its key is kept in its home. Nothing else of this server's environment.
      { timeout: timeoutMs, killSignal: 'SIGKILL', maxBuffer: MAX_ANSWER, env: environment(home), encoding: 'latin1' },
      (error, stdout, stderr) => {
        if (!error) return resolve(Buffer.from(stdout, 'latin1').toString('utf8'));
        const said = stderr.split('\n').find((line) => /^(adb|error):/.test(line));
        reject(new FarmError('broken', said ? `adb failed: ${said.slice(0, 200)}` : 'adb did not answer.'));
      },
    );
  });
}

const environment = (home: string): Record<string, string> => ({ HOME: home, PATH: '/usr/bin:/bin' });

/** Serials that answer now. */
export async function readySerials(lent: LentDevices, options: Options): Promise<string[]> {
  const listed = async () => {
    const lines = (await runAdb(lent, ['devices'], options)).split('\n');
    const ready = lines.flatMap((line) => /^(\S+)\tdevice$/.exec(line)?.[1] ?? []);
    return lent.serials.filter((serial) => ready.includes(serial));
  };
  const ready = await listed();
  const absent = lent.serials.filter((serial) => /:\d+$/.test(serial) && !ready.includes(serial));
  if (absent.length === 0) return ready;
  for (const serial of absent) {
    // One that went away stays as a dead entry, which is not connected to again.
    await runAdb(lent, ['disconnect', serial], options).catch(() => undefined);
    await runAdb(lent, ['connect', serial], options).catch(() => undefined);
  }
  return listed();
}

export function createDevice(lent: LentDevices, serial: string, options: Options) {
  const on = (...args: string[]): string[] => ['-s', serial, ...args];
  return {
    serial,

    /** Runs a script in the device's shell. @throws FarmError `broken` also where its last word did not come */
    async shell(script: string, timeoutMs = options.timeoutMs): Promise<{ code: number; text: string }> {
      const whole = `(${script}\n) 2>&1; echo ${MARK}$?`;
      const answer = await runAdb(lent, on('exec-out', `sh -c ${quote(whole)}`), { ...options, timeoutMs });
      const end = answer.lastIndexOf(MARK);
      const code = Number(/^\d+/.exec(answer.slice(end + MARK.length))?.[0]);
      if (end < 0 || !Number.isInteger(code)) throw new FarmError('broken', 'The device broke off.');
      return { code, text: answer.slice(0, end).replaceAll('\r\n', '\n') };
    },

    /** @param from a file of this machine */
    async push(from: string, to: string): Promise<void> {
      await runAdb(lent, on('push', from, to), { ...options, timeoutMs: 30 * options.timeoutMs });
    },

    /** A file's bytes from an offset on. @throws FarmError `broken` */
    async *read(path: string, offset: number): AsyncIterable<Uint8Array> {
      const child = spawn(
        lent.adb,
        ['-P', String(lent.port), ...on('exec-out', `tail -c +${offset + 1} ${quote(path)}`)],
        {
          env: environment(options.home),
          stdio: ['ignore', 'pipe', 'ignore'],
        },
      );
      const ended = new Promise<number | null>((resolve) => {
        child.once('error', () => resolve(null));
        child.once('close', (code) => resolve(code));
      });
      let timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs);
      try {
        for await (const piece of child.stdout) {
          clearTimeout(timer);
          yield piece as Buffer;
          timer = setTimeout(() => child.kill('SIGKILL'), options.timeoutMs);
        }
        if ((await ended) !== 0) throw new FarmError('broken', 'The device broke off while sending a file.');
      } finally {
        clearTimeout(timer);
        child.kill('SIGKILL');
      }
    },
  };
}
