/** The demo as a person runs it: a process of its own, on an embedded Postgres of its own. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { apkFile } from '../apks/apk-file.ts';
import { descendantsOf, stillAlive } from './processes.ts';

const DEMO = fileURLToPath(new URL('../demo.ts', import.meta.url));

let folder: string;
const running: ChildProcess[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'devicelane-demo-'));
});
afterEach(() => {
  for (const child of running.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function demo(...args: string[]) {
  const { DEVICELANE_TEST_POSTGRES: _ours, ...env } = process.env;
  const child = spawn(process.execPath, [DEMO, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  running.push(child);
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
  }
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, out }));
  const printed = async (text: string): Promise<void> => {
    while (!out.includes(text)) {
      await Promise.race([once(child.stdout, 'data'), ended]);
      if (child.exitCode !== null && !out.includes(text)) throw new Error(`the demo ended without "${text}":\n${out}`);
    }
  };
  return { child, ended, printed };
}

describe('the demo', () => {
  test('ends with the exit code of the verdict, beside another one', async () => {
    const [one, other] = await Promise.all([demo('--once').ended, demo('--once').ended]);
    for (const { code, out } of [one, other]) {
      expect({ code, out }).toMatchObject({ code: 1 });
      expect(out).toContain('Verdict: failed (the step exits with 1)');
      expect(out).toMatch(/Check on pull request #\d+: Devicelane: failure/);
    }
  });

  test('takes another APK', async () => {
    const app = join(folder, 'unsigned.apk');
    await writeFile(app, apkFile());
    const { code, out } = await demo('--once', '--app', app).ended;
    expect({ code, out }).toMatchObject({ code: 1 });
    expect(out).toContain('unsigned.apk');
  });

  test('ends as refused with a file that is no build', async () => {
    const app = join(folder, 'empty.apk');
    await writeFile(app, 'this is no APK');
    const { code, out } = await demo('--once', '--app', app).ended;
    expect({ code, out }).toMatchObject({ code: 3 });
    expect(out).toContain('Verdict: none');
  });

  test.each<[string, string, number]>([
    ['while it serves', 'Serving until Ctrl-C', 0],
    ['while the step runs', 'Its workflow step runs', 130],
  ])('leaves no process after Ctrl-C %s', async (_when, text, expected) => {
    const { child, ended, printed } = demo();
    await printed(text);
    const started = await descendantsOf(child.pid!);
    // Its Postgres at least.
    expect(started.length).toBeGreaterThan(3);
    expect(stillAlive(started.slice(0, 1))).toHaveLength(1);
    child.kill('SIGINT');
    const { code, out } = await ended;
    expect({ code, out }).toMatchObject({ code: expected });
    expect(stillAlive(started)).toEqual([]);
  });
});
