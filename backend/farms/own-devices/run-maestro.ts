/**
 * Runs Maestro for one job, in a process of its own, and brings what it says to the job's folder on the device. It is given
 * the folder of its flows; its environment is Maestro's.
 */
import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findProcess } from '../command/process.ts';
import { createDevice } from './adb.ts';
import { CHILD, REPORT, RunnerPlan } from './maestro.ts';

const BEAT_MS = 5_000;
/** Bytes of what Maestro prints. */
const MAX_OUTPUT = 16 * 1024 * 1024;
const ADB_TIMEOUT_MS = 20_000;
/** From asking Maestro to end until it is made to. */
const GRACE_MS = 5_000;
/** How often the device is told the end, while its cable is pulled. */
const TRIES = 60;

const place = process.argv[2] ?? '';
const plan = RunnerPlan.parse(JSON.parse(await readFile(join(place, 'plan.json'), 'utf8')));
const device = createDevice(plan.lent, plan.serial, { home: plan.home, timeoutMs: ADB_TIMEOUT_MS });
const { folder } = plan;
const output = join(place, 'out.txt');

const args = ['--device', plan.serial, 'test', '--format', 'junit', '--output', REPORT, 'flows'];
const child = spawn(plan.maestro, args, { cwd: place, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
const log = createWriteStream(output, { mode: 0o600 });
let written = 0;
for (const stream of [child.stdout, child.stderr]) {
  stream.on('data', (piece: Buffer) => {
    written += piece.length;
    if (written <= MAX_OUTPUT) log.write(piece);
  });
}
const ended = new Promise<number | null>((resolve) => {
  child.once('error', () => resolve(null));
  child.once('exit', (code) => resolve(code));
});

// Before anything is waited for its events are heard: a program may be over by then.
const leader = child.pid === undefined ? null : findProcess(child.pid);
if (leader) await writeFile(join(place, CHILD), JSON.stringify(leader), { mode: 0o600 });

let isOver = false;
/** Tells the script on the device that this lives, and hears from it when the job is stopped, late or gone. */
async function beat(): Promise<void> {
  while (!isOver) {
    const asked = `[ -d ${folder} ] || exit 9; : > ${folder}/beat; [ -e ${folder}/stop ] || [ -e ${folder}/late ] || [ -e ${folder}/rc ]`;
    const code = await device.shell(asked).then(
      (said) => said.code,
      () => null,
    );
    if (code === 0 || code === 9) return end();
    await Promise.race([sleep(code === null ? 1_000 : BEAT_MS), ended]);
  }
}

async function end(): Promise<void> {
  kill('SIGTERM');
  await Promise.race([sleep(GRACE_MS), ended]);
  kill('SIGKILL');
}

function kill(signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal);
  } catch {
    // Nothing of it is left.
  }
}

const beating = beat();
const code = await ended;
isOver = true;
// What it started and left behind.
kill('SIGKILL');
await beating;
await new Promise((resolve) => log.end(resolve));

for (let tries = 0; tries < TRIES; tries += 1) {
  try {
    for (const [local, name] of [
      [output, 'out.txt'],
      [join(place, REPORT), REPORT],
    ] as const) {
      if (await stat(local).catch(() => null)) await device.push(local, `${folder}/${name}`);
    }
    // The last: the script ends by it.
    const told = await device.shell(`[ ! -d ${folder} ] || echo ${code ?? 127} > ${folder}/host-code`);
    if (told.code === 0) break;
  } catch {
    // The cable may be pulled for a while.
  }
  await sleep(1_000);
}
await rm(place, { recursive: true, force: true });
