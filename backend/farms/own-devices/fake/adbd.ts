/**
 * A small adbd on a loopback port: the device's side of adb's protocol, as far as `adb connect`, `exec-out` and `push` need it.
 * Source: AOSP, `packages/modules/adb/protocol.txt` and `SYNC.TXT`. Commands run in a simulated device.
 */
import type { ChildProcess } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { createServer, type Socket } from 'node:net';
import type { FakeDevice } from './device.ts';
import { createSync } from './sync.ts';

const COMMANDS = { CNXN: 0x4e584e43, OPEN: 0x4e45504f, OKAY: 0x59414b4f, WRTE: 0x45545257, CLSE: 0x45534c43 } as const;
type Command = keyof typeof COMMANDS;
const NAMES = new Map(Object.entries(COMMANDS).map(([name, number]) => [number as number, name as Command]));
const VERSION = 0x01000000;
const MAX_DATA = 4096;
const HEADER = 24;

type Message = { command: Command; first: number; second: number; data: Buffer };
type Stream = { write(data: Buffer): void; acknowledged(): void; close(): void };

export type FakeAdbd = {
  /** `host:port`, as adb names it. */
  serial: string;
  /** The cable is pulled: every connection ends, and none is taken until it is put back. */
  unplug(): void;
  plug(): void;
  /** The connection ends in the middle of the next answer of more than so many bytes. */
  cutAfter(bytes: number): void;
  close(): Promise<void>;
};

export async function startFakeAdbd(device: FakeDevice): Promise<FakeAdbd> {
  const sockets = new Set<Socket>();
  let isPlugged = true;
  let cut: number | null = null;

  const server = createServer((socket) => {
    if (!isPlugged) return void socket.destroy();
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    serve(socket, device, (sent) => {
      if (cut === null || sent < cut) return false;
      cut = null;
      return true;
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const endAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    serial: `127.0.0.1:${port}`,
    unplug() {
      isPlugged = false;
      endAll();
    },
    plug() {
      isPlugged = true;
    },
    cutAfter(bytes) {
      cut = bytes;
    },
    async close() {
      endAll();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function serve(socket: Socket, device: FakeDevice, isCut: (sent: number) => boolean): void {
  const streams = new Map<number, Stream>();
  let nextId = 1;
  let buffered = Buffer.alloc(0);

  const send = (command: Command, first: number, second: number, data: Buffer = Buffer.alloc(0)): void => {
    const header = Buffer.alloc(HEADER);
    const sum = data.reduce((total, byte) => (total + byte) >>> 0, 0);
    const magic = (COMMANDS[command] ^ 0xffffffff) >>> 0;
    [COMMANDS[command], first, second, data.length, sum, magic].forEach((each, index) => {
      header.writeUInt32LE(each, index * 4);
    });
    if (!socket.destroyed) socket.write(Buffer.concat([header, data]));
  };

  function open(remote: number, service: string): void {
    const local = nextId;
    nextId += 1;
    const end = (): void => {
      if (streams.delete(local)) send('CLSE', local, remote);
    };
    const outgoing = createOutgoing((data) => send('WRTE', local, remote, data), end);
    const stream = serviceOf(service, device, outgoing, isCut, () => socket.destroy());
    if (!stream) {
      send('CLSE', 0, remote);
      return;
    }
    streams.set(local, { ...stream, acknowledged: outgoing.acknowledged });
    send('OKAY', local, remote);
    outgoing.start();
  }

  function take({ command, first, second, data }: Message): void {
    if (command === 'CNXN') send('CNXN', VERSION, MAX_DATA, Buffer.from('device::ro.product.name=fake;features=\0'));
    if (command === 'OPEN') open(first, data.toString('utf8').replace(/\0$/, ''));
    const stream = streams.get(second);
    if (!stream) return;
    if (command === 'OKAY') stream.acknowledged();
    else if (command === 'WRTE') {
      stream.write(data);
      send('OKAY', second, first);
    } else if (command === 'CLSE') {
      streams.delete(second);
      stream.close();
    }
  }

  socket.on('data', (piece) => {
    buffered = Buffer.concat([buffered, piece]);
    while (buffered.length >= HEADER) {
      const size = buffered.readUInt32LE(12);
      if (buffered.length < HEADER + size) break;
      const command = NAMES.get(buffered.readUInt32LE(0));
      const message = { first: buffered.readUInt32LE(4), second: buffered.readUInt32LE(8) };
      const data = buffered.subarray(HEADER, HEADER + size);
      buffered = buffered.subarray(HEADER + size);
      if (command) take({ command, ...message, data: Buffer.from(data) });
    }
  });
}

export type Outgoing = { push(data: Buffer): void; finish(): void; acknowledged(): void; start(): void };

/** Each piece waits until the one before was taken. */
function createOutgoing(write: (data: Buffer) => void, end: () => void): Outgoing {
  const waiting: Buffer[] = [];
  let isFree = false;
  let isOver = false;
  const next = (): void => {
    if (!isFree) return;
    const data = waiting.shift();
    if (data) {
      isFree = false;
      write(data);
    } else if (isOver) end();
  };
  return {
    push(data) {
      for (let start = 0; start < data.length; start += MAX_DATA) waiting.push(data.subarray(start, start + MAX_DATA));
      next();
    },
    finish() {
      isOver = true;
      next();
    },
    acknowledged() {
      isFree = true;
      next();
    },
    start() {
      isFree = true;
      next();
    },
  };
}

function serviceOf(
  service: string,
  device: FakeDevice,
  outgoing: Outgoing,
  isCut: (sent: number) => boolean,
  pull: () => void,
): Pick<Stream, 'write' | 'close'> | null {
  if (service.startsWith('sync:')) return createSync(device, outgoing);
  const command = /^(?:exec|shell|shell,[\w,]*):(.*)$/s.exec(service)?.[1];
  if (command === undefined) return null;
  const child: ChildProcess = device.run(command);
  let sent = 0;
  child.stdout?.on('data', (data: Buffer) => {
    sent += data.length;
    outgoing.push(data);
    if (isCut(sent)) pull();
  });
  child.once('close', () => outgoing.finish());
  return { write: () => undefined, close: () => void child.kill('SIGKILL') };
}
