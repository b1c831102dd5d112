/** What runs on the device, by itself, so that it goes on whatever becomes of the backend: a script in the job's folder. */
import type { FarmJob, TestName } from '../port.ts';
import { quote } from './quote.ts';

export const ROOT = '/data/local/tmp/devicelane';
/** Made by one job at a time: who has it has the device. */
export const LEASE = `${ROOT}/lease`;
export const folderOf = (name: string): string => `${ROOT}/jobs/${name}`;
const RECORDED_SECONDS = 170;
/** From asking the runner to end until it is made to. */
const GRACE_SECONDS = 10;

/** `component`: null where Maestro, on the server, drives the device. */
export type Runner = { component: string | null; orchestrator: boolean; video: boolean };

const nameOf = ({ suite, name }: TestName): string => (name === null ? suite : `${suite}#${name}`);

function argumentsOf(job: FarmJob): string[] {
  const pairs = Object.entries(job.env);
  if (job.only) pairs.push(['class', job.only.map(nameOf).join(',')]);
  if (job.except.length > 0) pairs.push(['notClass', job.except.map(nameOf).join(',')]);
  if (job.shard.count > 1) {
    pairs.push(['numShards', String(job.shard.count)], ['shardIndex', String(job.shard.index)]);
  }
  return pairs.flatMap(([key, value]) => ['-e', key, value]);
}

/** The server's word of the end; without a sign of life for two minutes none will come. */
const WAIT_FOR_SERVER = `while [ ! -e host-code ]; do
  [ -e stop ] || [ -e late ] || [ -n "$(find beat -mmin +1 2>/dev/null)" ] && exit
  sleep 1
done`;

function commandOf(job: FarmJob, component: string, orchestrator: boolean): string {
  const args = argumentsOf(job).map(quote).join(' ');
  if (!orchestrator) return `am instrument -w -r ${args} ${quote(component)}`;
  const services = 'CLASSPATH=$(pm path androidx.test.services | sed s/package://)';
  return (
    `${services} app_process / androidx.test.services.shellexecutor.ShellMain am instrument -w -r ${args} ` +
    `-e targetInstrumentation ${quote(component)} androidx.test.orchestrator/.AndroidTestOrchestrator`
  );
}

const testsOf = (job: FarmJob, runner: Runner): string =>
  runner.component === null
    ? `${WAIT_FOR_SERVER}\ncp host-code code`
    : `${commandOf(job, runner.component, runner.orchestrator)} > out.txt 2>&1; echo $? > code`;

/** Begun twice it runs once. Its last act is `rc`, whole or not at all; then the device is free. */
export function scriptOf(name: string, job: FarmJob, runner: Runner): string {
  const seconds = Math.ceil(job.timeoutMs / 1000);
  return `cd ${folderOf(name)} || exit 1
mkdir begun 2>/dev/null || exit 0
echo $$ > pid
cat /proc/sys/kernel/random/boot_id > boot
date +%s > began
logcat -v threadtime -T 1 > logcat.txt 2>/dev/null &
log=$!
${runner.video ? videoOf() : ''}
( ${testsOf(job, runner)} ) &
tests=$!
left=${seconds}
while kill -0 $tests 2>/dev/null; do
  [ -e stop ] && break
  [ $left -le 0 ] && { : > late; break; }
  sleep 1
  left=$((left - 1))
done
if kill -0 $tests 2>/dev/null; then
  for package in $(cat packages); do am force-stop "$package"; done
  grace=${GRACE_SECONDS}
  while kill -0 $tests 2>/dev/null && [ $grace -gt 0 ]; do sleep 1; grace=$((grace - 1)); done
  kill -9 $tests 2>/dev/null
fi
screencap -p > end.png 2>/dev/null
: > recorded
if [ -n "$video" ]; then
  pkill -2 -P "$video" 2>/dev/null
  grace=${GRACE_SECONDS}
  while kill -0 "$video" 2>/dev/null && [ $grace -gt 0 ]; do sleep 1; grace=$((grace - 1)); done
fi
kill $log 2>/dev/null
date +%s > ended
cat code > rc.new 2>/dev/null || echo none > rc.new
[ "$(cat ${LEASE}/job 2>/dev/null)" = ${name} ] && rm -rf ${LEASE}
mv rc.new rc
`;
}

/** The recorder stops by itself after three minutes, so that one follows another; a file is whole once it has ended. */
const videoOf = (): string => `( n=1
while [ ! -e recorded ] && command -v screenrecord >/dev/null; do
  screenrecord --time-limit ${RECORDED_SECONDS} video-$n.mp4 >/dev/null 2>&1 || break
  n=$((n + 1))
done ) &
video=$!`;
