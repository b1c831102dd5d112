/** Azurite, Azure's own stand-in for its blobs, as a process that can be killed and started again on what it has kept. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const PROGRAM = join(dirname(createRequire(import.meta.url).resolve('azurite/package.json')), 'dist/src/blob/main.js');
const ACCOUNT = 'devicelane';

export type Azurite = {
  port: number;
  accountKey: string;
  /** What it has kept lies here, as it was sent. */
  folder: string;
  connectionString: string;
  /** The same account behind another port of this machine, such as a proxy's. */
  through(port: number): string;
  /** Ends it: at once, or when it has written down what it knows. */
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
  /** Starts it again, where it was. */
  restart(): Promise<void>;
  stop(): Promise<void>;
};

export async function startAzurite(): Promise<Azurite> {
  const folder = await mkdtemp(join(tmpdir(), 'azurite-'));
  const accountKey = randomBytes(64).toString('base64');
  const started = await startProcess(folder, 0, accountKey);
  const { port } = started;
  let { child } = started;
  const through = (at: number): string =>
    `DefaultEndpointsProtocol=http;AccountName=${ACCOUNT};AccountKey=${accountKey};` +
    `BlobEndpoint=http://127.0.0.1:${at}/${ACCOUNT};`;
  async function end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill(signal);
    await ended;
  }
  return {
    port,
    accountKey,
    folder,
    connectionString: through(port),
    through,
    end,
    async restart() {
      ({ child } = await startProcess(folder, port, accountKey));
    },
    async stop() {
      await end('SIGKILL');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function startProcess(folder: string, port: number, key: string): Promise<{ child: ChildProcess; port: number }> {
  const args = ['--blobHost', '127.0.0.1', '--blobPort', String(port), '--location', folder];
  const child = spawn(process.execPath, [PROGRAM, ...args, '--silent', '--disableTelemetry', '--skipApiVersionCheck'], {
    env: { PATH: process.env.PATH ?? '', AZURITE_ACCOUNTS: `${ACCOUNT}:${key}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const listening = new Promise<number>((resolve, reject) => {
    const hear = (text: Buffer): void => {
      said += text;
      const match = /listens on http:\/\/127\.0\.0\.1:(\d+)/.exec(said);
      if (match) resolve(Number(match[1]));
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.once('exit', () => reject(new Error(`Azurite did not start: ${said}`)));
  });
  return { child, port: await listening };
}
