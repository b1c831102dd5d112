/** The file service of the fake adbd: what `adb push` asks of it. */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Outgoing } from './adbd.ts';
import type { FakeDevice } from './device.ts';

const HEAD = 8;

export function createSync(device: FakeDevice, outgoing: Outgoing): { write(data: Buffer): void; close(): void } {
  let buffered = Buffer.alloc(0);
  let file: { path: string; pieces: Buffer[] } | null = null;

  const answer = (id: string, ...numbers: number[]): void => {
    const bytes = Buffer.alloc(4 + numbers.length * 4);
    bytes.write(id, 0, 'latin1');
    for (const [index, each] of numbers.entries()) bytes.writeUInt32LE(each >>> 0, 4 + index * 4);
    outgoing.push(bytes);
  };

  /** False where more bytes must come first. */
  function take(): boolean {
    if (buffered.length < HEAD) return false;
    const id = buffered.toString('latin1', 0, 4);
    const size = buffered.readUInt32LE(4);
    // The number of the last one is a time, not a size.
    const length = id === 'DONE' || id === 'QUIT' ? 0 : size;
    if (buffered.length < HEAD + length) return false;
    const data = Buffer.from(buffered.subarray(HEAD, HEAD + length));
    buffered = buffered.subarray(HEAD + length);
    if (id === 'STAT') {
      const found = statSync(device.pathOf(data.toString()), { throwIfNoEntry: false });
      answer('STAT', found?.mode ?? 0, found?.size ?? 0, 0);
    } else if (id === 'SEND') file = { path: data.toString().replace(/,\d+$/, ''), pieces: [] };
    else if (id === 'DATA') file?.pieces.push(data);
    else if (id === 'DONE' && file) {
      const path = device.pathOf(file.path);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, Buffer.concat(file.pieces));
      file = null;
      answer('OKAY', 0);
    } else if (id === 'QUIT') outgoing.finish();
    return true;
  }

  return {
    write(data) {
      buffered = Buffer.concat([buffered, data]);
      while (take());
    },
    close: () => undefined,
  };
}
