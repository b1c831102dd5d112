/** Servers as an operator runs them, side by side behind one address, which a test kills. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../free-port.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'main.ts');
const LOOK_MS = 50;

export type WorkerProcesses = {
  /** Of whichever answers. */
  url: string;
  /** Kills one with SIGKILL and starts another in its place, which may not serve yet when this resolves. */
  replace(index: number): Promise<void>;
  /** Resolves once each serves. */
  ready(): Promise<void>;
  stop(): Promise<void>;
};

/** @param env given the common address; each process is given a port of its own */
export async function startWorkerProcesses(
  count: number,
  env: (url: string) => Promise<Record<string, string>>,
): Promise<WorkerProcesses> {
  const ports = await Promise.all(Array.from({ length: count }, freePort));
  const balancer = await startBalancer(ports);
  const common = {
    ...(await env(balancer.url)),
    PUBLIC_URL: balancer.url,
    LOG_LEVEL: 'fatal',
    PATH: process.env.PATH ?? '',
  };
  const start = (port: number): ChildProcess =>
    spawn(process.execPath, [MAIN, 'serve'], {
      env: { ...common, PORT: String(port) },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
  const children = ports.map(start);

  return {
    url: balancer.url,
    async replace(index) {
      const dying = children[index]!;
      const isGone = once(dying, 'exit');
      dying.kill('SIGKILL');
      await isGone;
      children[index] = start(ports[index]!);
    },
    async ready() {
      for (const port of ports) while (!(await isServing(port))) await sleep(LOOK_MS);
    },
    async stop() {
      for (const child of children) {
        if (child.exitCode !== null || child.signalCode !== null) continue;
        const isGone = once(child, 'exit');
        child.kill('SIGTERM');
        await isGone;
      }
      await balancer.close();
    },
  };
}

async function isServing(port: number): Promise<boolean> {
  const answer = await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => null);
  return answer?.ok ?? false;
}

/** Hands each connection to a server that takes it, to each in turn. */
async function startBalancer(ports: readonly number[]): Promise<{ url: string; close(): Promise<void> }> {
  const open = new Set<Socket>();
  let turn = 0;
  const server = createServer((client) => {
    open.add(client);
    client.on('error', () => undefined).on('close', () => open.delete(client));
    turn += 1;
    const order = ports.map((_, index) => ports[(index + turn) % ports.length]!);
    const tryNext = (): void => {
      const port = order.shift();
      if (port === undefined) return void client.destroy();
      const upstream = connect(port, '127.0.0.1');
      upstream.once('error', tryNext);
      upstream.once('connect', () => {
        upstream.off('error', tryNext).on('error', () => client.destroy());
        upstream.on('close', () => client.destroy());
        client.on('close', () => upstream.destroy());
        client.pipe(upstream).pipe(client);
      });
    };
    tryNext();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
