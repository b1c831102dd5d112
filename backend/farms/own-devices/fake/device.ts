/**
 * A simulated Android device: a folder that stands for `/data/local/tmp`, this machine's own shell, and small programs in the
 * place of Android's. What its tests say is a transcript that a test gives it.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type FakeDevice = {
  /** Runs a command as the device's shell does. */
  run(command: string): ChildProcess;
  /** Where a path of the device lies here. */
  pathOf(path: string): string;
  /** What `am instrument` says, and what `pm install` answers from now on. */
  setTranscript(text: string): void;
  setInstall(answer: string): void;
  /** Tests that wait are let go. */
  release(): void;
  /** Every process of a job is killed, and the device is another boot. */
  reboot(): void;
  /** Every process of jobs is killed. */
  killJobs(): void;
  /** How often `am instrument` was begun, with its arguments. */
  starts(): string[];
  /** Packages that are installed. */
  installed(): string[];
  /** Folders of jobs that are left. */
  jobs(): string[];
  isLeased(): boolean;
  /** Somebody else has the device. */
  lease(holder: string): void;
  close(): void;
};

/** Each is a shell script in the device's PATH. */
const PROGRAMS: Record<string, string> = {
  am: `case "$1" in
instrument)
  echo "$@" >> "$DEVICE/starts"
  echo $$ > "$DEVICE/instrument.pid"
  while [ ! -e "$DEVICE/go" ]; do [ -e "$DEVICE/forced" ] && { rm "$DEVICE/forced"; echo 'INSTRUMENTATION_RESULT: shortMsg=Process crashed.'; echo 'INSTRUMENTATION_CODE: 0'; exit 0; }; sleep 0.05; done
  cat "$DEVICE/transcript" ;;
force-stop) [ -e "$DEVICE/instrument.pid" ] && kill -0 $(cat "$DEVICE/instrument.pid") 2>/dev/null && : > "$DEVICE/forced"; true ;;
esac`,
  pm: `case "$1" in
install)
  for file; do :; done
  [ -s "$file" ] || { echo 'Failure [INSTALL_PARSE_FAILED_NOT_APK: empty]'; exit 0; }
  answer=$(cat "$DEVICE/install")
  case "$answer" in Success*) basename "$file" | sed 's/app.apk/com.example.app/; s/tests.apk/com.example.app.test/' | while read name; do : > "$DEVICE/packages/$name"; done ;; esac
  echo "$answer" ;;
uninstall) if [ -e "$DEVICE/packages/$2" ]; then rm "$DEVICE/packages/$2"; echo Success; else echo 'Failure [DELETE_FAILED_INTERNAL_ERROR]'; fi ;;
path) [ -e "$DEVICE/packages/$2" ] && echo "package:/data/app/$2/base.apk" ;;
esac`,
  getprop: `case "$1" in
ro.product.model) cat "$DEVICE/model" ;;
ro.build.version.sdk) echo 34 ;;
ro.build.version.release) echo 14 ;;
ro.kernel.qemu) echo 1 ;;
esac`,
  logcat: `echo '01-02 03:04:05.678  1  2 I ActivityManager: a line of the log'; while sleep 1; do :; done`,
  screencap: `printf 'a picture of the end'`,
  // Only one that is asked to end writes a file that can be played. A shell's background job ignores that signal unless it
  // takes it itself, as the real one does: so this one is no shell script.
  screenrecord: `for file; do :; done
exec perl -e 'sub put { open my $f, $_[0], $ARGV[0]; print $f $_[1] } put(">", "a video"); $SIG{INT} = sub { put(">>", " that is whole"); exit }; sleep 60' "$file"`,
};

export function createFakeDevice(options: { model?: string; transcript: string }): FakeDevice {
  const folder = mkdtempSync(join(tmpdir(), 'devicelane-device-'));
  const bin = join(folder, 'bin');
  for (const name of ['bin', 'tmp', 'packages']) mkdirSync(join(folder, name));
  for (const [name, script] of Object.entries(PROGRAMS)) {
    writeFileSync(join(bin, name), `#!/bin/sh\nDEVICE=${folder}\n${script}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const put = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  put('model', `${options.model ?? 'Fakephone 8'}\n`);
  put('transcript', options.transcript);
  put('install', 'Success\n');
  put('boot_id', randomUUID());
  const here = (text: string): string =>
    text
      .replaceAll('/data/local/tmp', join(folder, 'tmp'))
      .replaceAll('/proc/sys/kernel/random/boot_id', join(folder, 'boot_id'));
  const lines = (name: string): string[] => {
    try {
      return readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean);
    } catch {
      return [];
    }
  };
  const list = (name: string): string[] => {
    try {
      return readdirSync(join(folder, name)).sort();
    } catch {
      return [];
    }
  };
  const killJobs = (): void => {
    // By the folder, which stands in the command line of everything that a job started.
    spawnSync('pkill', ['-9', '-f', folder]);
  };

  return {
    pathOf: here,
    // The job's script comes in base 64, and is mapped when it is there.
    run(command) {
      const places = `s#/data/local/tmp#${join(folder, 'tmp')}#g; s#/proc/sys/kernel/random/boot_id#${join(folder, 'boot_id')}#g`;
      const mapped = here(command).replace(/(base64 -d \S+ > (\S+))/, `$1 && sed -i "${places}" $2`);
      return spawn('/bin/sh', ['-c', mapped], {
        cwd: folder,
        env: { PATH: `${bin}:/usr/bin:/bin` },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    },
    setTranscript: (text) => put('transcript', text),
    setInstall: (answer) => put('install', answer),
    release: () => put('go', ''),
    killJobs,
    reboot() {
      killJobs();
      put('boot_id', randomUUID());
    },
    starts: () => lines('starts'),
    installed: () => list('packages'),
    jobs: () => list('tmp/devicelane/jobs'),
    lease(holder) {
      mkdirSync(join(folder, 'tmp/devicelane/lease'));
      put('tmp/devicelane/lease/job', `${holder}\n`);
    },
    isLeased: () => list('tmp/devicelane').includes('lease'),
    close() {
      killJobs();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
