import { readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { makeDataFolder } from '../testing/data-folder.ts';
import { describeAuditSink, sampleEntry } from './contract.ts';
import { createFileSink } from './json-lines.ts';

const read = async (path: string): Promise<Record<string, unknown>[]> =>
  (await readFile(path, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));

describeAuditSink('a file of JSON lines', async () => {
  const folder = await makeDataFolder();
  const path = join(folder, 'audit.jsonl');
  return {
    sink: createFileSink(path),
    reopen: () => createFileSink(path),
    received: () => read(path),
    dispose: () => rm(folder, { recursive: true }),
  };
});

test('a file that is taken away to rotate it is followed by a new one, for its owner’s eyes only', async () => {
  const folder = await makeDataFolder();
  const path = join(folder, 'audit.jsonl');
  const sink = createFileSink(path);
  await sink.send([sampleEntry(0)]);
  await rename(path, `${path}.1`);
  await sink.send([sampleEntry(1)]);
  expect((await read(path)).map(({ seq }) => seq)).toEqual([1]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  await rm(folder, { recursive: true });
  await expect(sink.send([sampleEntry(2)])).rejects.toThrow('ENOENT');
});
