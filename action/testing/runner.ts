/** GitHub's runner, as far as a step sees it: inputs in the environment, and outputs, state and summary in files. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export type Finished = {
  exitCode: number | null;
  /** Standard output without the lines that ask for a mask, which the runner swallows. */
  log: string;
  errors: string;
  outputs: Record<string, string>;
  state: Record<string, string>;
  summary: string;
};

export type Step = {
  process: ChildProcess;
  /** Resolves when the log has this text. */
  logged(text: string): Promise<void>;
  finished: Promise<Finished>;
};

const DIST = fileURLToPath(new URL('../../dist/action/', import.meta.url));

export class Runner {
  folder = '';
  env: Record<string, string> = {};

  async start(event: string, payload: unknown): Promise<this> {
    this.folder = await mkdtemp(join(tmpdir(), 'devicelane-runner-'));
    await mkdir(join(this.folder, 'work'));
    await mkdir(join(this.folder, 'temp'));
    await writeFile(join(this.folder, 'event.json'), JSON.stringify(payload));
    this.env = {
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: event,
      GITHUB_EVENT_PATH: join(this.folder, 'event.json'),
      GITHUB_WORKSPACE: join(this.folder, 'work'),
      RUNNER_TEMP: join(this.folder, 'temp'),
    };
    return this;
  }

  /** Runs one of the built files, such as `index.js`, with these inputs. */
  async step(file: string, inputs: Record<string, string>, extra: Record<string, string> = {}): Promise<Step> {
    const files = { GITHUB_OUTPUT: 'output', GITHUB_STATE: 'state', GITHUB_STEP_SUMMARY: 'summary' };
    const env: Record<string, string> = { ...this.env, ...extra };
    for (const [name, path] of Object.entries(files)) {
      env[name] = join(this.folder, path);
      await writeFile(env[name], '');
    }
    for (const [name, value] of Object.entries(inputs)) env[`INPUT_${name.toUpperCase()}`] = value;
    const child = spawn(process.execPath, [join(DIST, file)], { cwd: this.env.GITHUB_WORKSPACE, env });
    let out = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      errors += text;
    });
    const read = (path: string) => readFile(join(this.folder, path), 'utf8');
    const finished = once(child, 'close').then(async ([exitCode]) => ({
      exitCode: exitCode as number | null,
      log: out.replace(/^::add-mask::.*\n/gm, ''),
      errors,
      outputs: parseFile(await read('output')),
      state: parseFile(await read('state')),
      summary: await read('summary'),
    }));
    const logged = async (text: string) => {
      while (!out.includes(text)) await Promise.race([once(child.stdout, 'data'), finished]);
    };
    return { process: child, logged, finished };
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}

/** `name<<delimiter`, lines, `delimiter`. */
function parseFile(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const match of text.matchAll(/^(.+?)<<(ghadelimiter_\S+)\r?\n([\s\S]*?)\r?\n\2$/gm)) {
    found[match[1] as string] = match[3] as string;
  }
  return found;
}
