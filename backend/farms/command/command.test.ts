import { execFileSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { farmFile, farmJob } from '../../testing/farm-job.ts';
import { until } from '../../testing/until.ts';
import { describeFarm, type FarmBench, submit } from '../contract.ts';
import { nameOfKey } from '../key-names.ts';
import type { Farm, FarmJob } from '../port.ts';
import { createCommandFarm } from './adapter.ts';
import { Child, Claim, FILES, isThere, readNote } from './job-folder.ts';
import { findProcess, isAlive } from './process.ts';
import { type AllowedCommand, commandOf } from './settings.ts';

/** Waits until it is let go, then writes two reports and a picture. */
const WAITS = `
echo "$DEVICELANE_SHARD_INDEX of $DEVICELANE_SHARD_COUNT on $DEVICELANE_DEVICE"
echo "$PWD" >> "$STARTS"
while [ ! -e "$GO" ]; do sleep 0.02; done
mkdir -p reports
printf '<testsuite name="s" tests="2"><testcase classname="a.B" name="one"/><testcase classname="a.B" name="two"/></testsuite>' > reports/TEST-a.xml
printf '<testsuite name="t"><testcase classname="a.C" name="three"/></testsuite>' > reports/TEST-c.xml
printf 'a picture' > screen.png
`;

const app = farmFile('app.apk', 'apk', Buffer.from('an app'));
const tests = farmFile('tests.apk', 'test_apk', Buffer.from('its tests'));

let folder: string;
let started: string;
/** A farm whose program is this shell script. */
async function farmOf(script: string, more: Partial<AllowedCommand> = {}): Promise<Farm> {
  const path = join(folder, 'program.sh');
  const head = `#!/bin/sh\nGO=${join(folder, 'go')}\nSTARTS=${started}\n`;
  await writeFile(path, head + script);
  await chmod(path, 0o700);
  const allowed: AllowedCommand = {
    name: 'suite',
    argv: [path],
    frameworks: ['command', 'instrumentation'],
    results: ['reports/**/*.xml'],
    evidence: ['*.png'],
    env: ['STAGE', 'TEST_*'],
    path: '/usr/bin:/bin',
    parallelJobs: 2,
    maxTimeoutMs: 60_000,
    ...more,
  };
  return createCommandFarm(commandOf({ command: 'suite' }, [allowed]), folder);
}
const job = (key: string, more: Partial<FarmJob> = {}) => farmJob(key, app, { tests, framework: 'command', ...more });
const below = (name: string): Promise<string[]> => readdir(join(folder, name)).catch(() => []);
const jobFolder = (key: string): string => join(folder, 'jobs', nameOfKey(key));
async function open(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'devicelane-command-'));
  started = join(folder, 'starts');
}
async function close(): Promise<void> {
  await writeFile(join(folder, 'go'), '').catch(() => undefined);
  for (const name of await below('jobs'))
    await writeFile(join(folder, 'jobs', name, FILES.stop), '').catch(() => undefined);
  await ended();
  // Watchers that were not the first may still be ending, and write into it.
  await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
}
async function ended(): Promise<void> {
  await until('the end of all watchers', async () => {
    const open = await Promise.all(
      (await below('jobs')).map(async (name) => {
        const claim = await readNote(join(folder, 'jobs', name), FILES.claim, Claim);
        return claim !== null && isAlive(claim);
      }),
    );
    return !open.includes(true);
  });
}

async function bench(): Promise<FarmBench> {
  await open();
  return {
    farm: await farmOf(WAITS),
    job,
    refusedJob: (key) => farmJob(key, farmFile('a.apk', 'apk', Buffer.alloc(0)), { framework: 'command' }),
    async finish() {
      await writeFile(join(folder, 'go'), '');
      await ended();
    },
    starts: (key) => {
      const log = execFileSync('sh', ['-c', `cat '${started}' 2>/dev/null || true`]).toString();
      return log.split('\n').filter((line) => line.includes(nameOfKey(key))).length;
    },
    kept: () => ({
      uploads:
        execFileSync('sh', ['-c', `find '${folder}/uploads' -type f 2>/dev/null | wc -l`])
          .toString()
          .trim() === '0'
          ? 0
          : 1,
      runs:
        execFileSync('sh', ['-c', `ls '${folder}/jobs' 2>/dev/null | wc -l`])
          .toString()
          .trim() === '0'
          ? 0
          : 1,
    }),
    close,
  };
}
describeFarm('command', bench);

describe('a command', () => {
  beforeEach(open);
  afterEach(close);

  async function run(farm: Farm, given: FarmJob = job('k')) {
    const { externalId } = await submit(farm, given);
    await ended();
    return { externalId, seen: await farm.observe(given, externalId), results: await farm.results(given, externalId) };
  }

  test('is given the files, the device and the variables, and nothing of this server’s own', async () => {
    process.env.CANARY_OF_THE_SERVER = 'canary';
    const farm = await farmOf('env; cat "$DEVICELANE_APP" "$DEVICELANE_TESTS"');
    const { externalId, results } = await run(
      farm,
      job('k', { env: { STAGE: 'qa', TEST_A: 'b' }, shard: { index: 1, count: 3 } }),
    );
    delete process.env.CANARY_OF_THE_SERVER;
    const text = await readFile(join(folder, 'jobs', externalId, FILES.output), 'utf8');
    for (const line of ['STAGE=qa', 'TEST_A=b', 'DEVICELANE_SHARD_INDEX=1', 'an appits tests'])
      expect(text).toContain(line);
    expect(text).not.toContain('canary');
    expect(results.evidence.map(({ name, kind }) => [name, kind])).toEqual([['output.log', 'session_log']]);
    const written = execFileSync('sh', ['-c', `cat ${jobFolder('k')}/*.json`]).toString();
    expect(written).not.toContain('qa');
  });

  test.each<[string, Record<string, string>]>([
    ['LD_PRELOAD', { LD_PRELOAD: './x.so' }],
    ['NODE_OPTIONS', { NODE_OPTIONS: '--require ./x' }],
    ['what is not named', { OTHER: 'x' }],
    ['no name', { 'TEST_A=B': 'x' }],
  ])('takes no variable %s from a run', async (_, env) => {
    const farm = await farmOf('true');
    await expect(submit(farm, job('k', { env }))).rejects.toMatchObject({ kind: 'refused' });
    expect(await below('jobs')).toEqual([]);
  });

  test.each<[string, string, object]>([
    [
      'passes',
      `mkdir reports; printf '<testsuite><testcase name="a"/></testsuite>' > reports/a.xml`,
      { outcome: 'completed' },
    ],
    [
      'fails by its tests',
      `mkdir reports; printf '<testsuite><testcase name="a"><failure/></testcase></testsuite>' > reports/a.xml; exit 1`,
      { outcome: 'completed' },
    ],
    [
      'ends badly after tests that passed',
      `mkdir reports; printf '<testsuite><testcase name="a"/></testsuite>' > reports/a.xml; exit 7`,
      { outcome: 'errored', reason: 'The command ended with code 7.' },
    ],
    ['ends badly without a report', 'exit 3', { outcome: 'errored' }],
    ['is killed', 'kill -9 $$', { outcome: 'errored', reason: 'The command ended by SIGKILL.' }],
  ])('that %s says so', async (_, script, expected) => {
    expect((await run(await farmOf(script))).seen).toMatchObject({ state: 'ended', ...expected });
  });

  test('pain 34: without a report there is nothing that could make it green', async () => {
    expect((await run(await farmOf('true'))).results).toMatchObject({ expected: null, tests: [] });
  });

  test('a report that cannot be read is a test that errored', async () => {
    const { results } = await run(await farmOf(`mkdir reports; printf '<testsuite>' > reports/a.xml`));
    expect(results).toMatchObject({ expected: 1, tests: [{ suite: 'a.xml', outcome: 'errored' }] });
  });

  test('the same name in two reports is two tests, so that no success hides a failure', async () => {
    const report = (inner: string, file: string) =>
      `printf '<testsuite><testcase classname="A" name="a">${inner}</testcase></testsuite>' > reports/${file}.xml;`;
    const { results } = await run(await farmOf(`mkdir reports; ${report('<failure/>', 'a')}${report('', 'b')}exit 1`));
    expect(results.tests.map(({ suite, outcome, attempt }) => [suite, outcome, attempt])).toEqual([
      ['A', 'failed', 1],
      ['A [reports/b.xml]', 'passed', 1],
    ]);
  });

  test('a program that is not there is the operator’s to mend', async () => {
    const { seen } = await run(await farmOf('', { argv: ['/nowhere/at-all'] }));
    expect(seen).toMatchObject({ outcome: 'errored', reason: expect.stringContaining('could not be started') });
  });

  test('is ended at its time, with what it started', async () => {
    const farm = await farmOf('sleep 60 & echo $! > child; wait', { maxTimeoutMs: 300 });
    const { seen, externalId } = await run(farm);
    expect(seen).toMatchObject({ outcome: 'timed_out' });
    const child = Number(await readFile(join(folder, 'jobs', externalId, FILES.work, 'child'), 'utf8'));
    expect(findProcess(child)).toBeNull();
  });

  test('that will not end is made to, with what it started', async () => {
    const farm = await farmOf(
      `trap '' TERM; (trap '' TERM; sleep 60) & echo $! > child; while true; do sleep 0.1; done`,
    );
    const { externalId } = await submit(farm, job('k'));
    const work = join(folder, 'jobs', externalId, FILES.work);
    while (!(await isThere(join(work, 'child')))) await sleep(20);
    await farm.stop(job('k'), externalId);
    expect(await farm.observe(job('k'), externalId)).toMatchObject({ outcome: 'cancelled' });
    expect(findProcess(Number(await readFile(join(work, 'child'), 'utf8')))).toBeNull();
  }, 20_000);

  test('that floods its output goes on, and what is kept is bounded', async () => {
    const { externalId, seen } = await run(await farmOf('head -c 40000000 /dev/zero; echo end'));
    expect(seen).toMatchObject({ state: 'ended', outcome: 'completed' });
    const { length } = await readFile(join(folder, 'jobs', externalId, FILES.output));
    expect(length).toBe(16 * 1024 * 1024);
  });

  test('pain 13: goes on when this process forgets it, and is found by its key', async () => {
    const farm = await farmOf(WAITS);
    const { externalId } = await submit(farm, job('k'));
    const other = await farmOf(WAITS);
    expect(await other.find(job('k'))).toEqual({ externalId });
    expect(await other.observe(job('k'), externalId)).toMatchObject({ state: 'running' });
    await writeFile(join(folder, 'go'), '');
    await ended();
    expect((await other.results(job('k'), externalId)).tests).toHaveLength(3);
  });

  test('asked for twenty times at once it starts once', async () => {
    const farm = await farmOf(WAITS);
    const given = job('k');
    const app = (await farm.upload({ key: 'k.app', role: 'app', framework: 'command', file: given.app })).id;
    const all = await Promise.all(Array.from({ length: 20 }, () => farm.start(given, { app, tests: null })));
    expect(new Set(all.map(({ externalId }) => externalId)).size).toBe(1);
    await sleep(300);
    expect((await readFile(started, 'utf8')).trim().split('\n')).toHaveLength(1);
  }, 20_000);

  test('whose watcher is killed is errored, and its program ends', async () => {
    const farm = await farmOf(WAITS);
    const { externalId } = await submit(farm, job('k'));
    let child: { pid: number; startedAt: string } | null = null;
    while (!child) child = await readNote(jobFolder('k'), FILES.child, Child);
    process.kill((await readNote(jobFolder('k'), FILES.claim, Claim))!.pid, 'SIGKILL');
    await sleep(100);
    expect(await farm.observe(job('k'), externalId)).toMatchObject({
      outcome: 'errored',
      reason: expect.stringContaining('killed'),
    });
    await sleep(100);
    expect(isAlive(child)).toBe(false);
    await farm.stop(job('k'), externalId);
  });

  test('of before a restart of the machine is errored, whatever has its pid now', async () => {
    const farm = await farmOf(WAITS);
    const { externalId } = await submit(farm, job('k'));
    const path = join(jobFolder('k'), FILES.claim);
    const claim = JSON.parse(await readFile(path, 'utf8')) as object;
    await writeFile(path, JSON.stringify({ ...claim, bootId: 'another' }));
    expect(await farm.observe(job('k'), externalId)).toMatchObject({
      outcome: 'errored',
      reason: expect.stringContaining('restarted'),
    });
    await writeFile(path, JSON.stringify({ ...claim, host: 'elsewhere' }));
    expect(await farm.observe(job('k'), externalId)).toMatchObject({ state: 'running' });
    // The last of the looks: it ends the program.
    await writeFile(path, JSON.stringify({ ...claim, startedAt: '1' }));
    expect(await farm.observe(job('k'), externalId)).toMatchObject({ outcome: 'errored' });
    await writeFile(path, JSON.stringify(claim));
  });

  test('cannot have files read that are not its own', async () => {
    await writeFile(join(folder, 'secret.png'), 'a secret');
    await mkdir(join(folder, 'other'));
    await writeFile(join(folder, 'other', 'secret.png'), 'a secret');
    const farm = await farmOf(
      `ln -s ${folder}/secret.png a.png; ln -s ${folder}/other b; ln ${folder}/secret.png /dev/null 2>/dev/null; printf x > c.png; mkfifo d.png`,
      { evidence: ['*.png', 'b/*.png', '**/*.png'] },
    );
    const { results, externalId } = await run(farm);
    expect(results.evidence.map(({ name }) => name)).toEqual(['c.png']);
    const c = join(folder, 'jobs', externalId, FILES.work, 'c.png');
    await rm(c);
    await symlink(join(folder, 'secret.png'), c);
    const read = async () => {
      for await (const piece of results.evidence[0]!.open()) return piece;
      return null;
    };
    await expect(read()).rejects.toMatchObject({ kind: 'broken' });
    await rm(c);
    execFileSync('mkfifo', [c]);
    await expect(read()).rejects.toMatchObject({ kind: 'broken' });
  });

  test('is not on every machine: a job that is not here is asked for again', async () => {
    const farm = await farmOf('true');
    await expect(farm.observe(job('k'), nameOfKey('elsewhere'))).rejects.toMatchObject({ kind: 'broken' });
    await expect(farm.observe(job('k'), '../../etc')).rejects.toMatchObject({ kind: 'refused' });
    await expect(farm.forgetResults(job('k'), '../uploads')).rejects.toMatchObject({ kind: 'refused' });
  });

  test('is the operator’s to allow', () => {
    expect(() => commandOf({ command: 'rm' }, [])).toThrow(/allows no command "rm"/);
    expect(() => commandOf({ command: 'suite', argv: ['sh'] }, [])).toThrow(/settings/);
  });
});
