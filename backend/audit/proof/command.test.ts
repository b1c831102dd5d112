import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { canonicalOf } from './canonical.ts';
import { formatLine } from './checkpoint.ts';
import { formatKey } from './note.ts';
import { sampleKey } from './sample-key.ts';
import { sampleEntry, sampleLog } from './sample-log.ts';

const { lines, notes } = sampleLog(
  Array.from({ length: 20 }, (_, seq) => sampleEntry(seq)),
  8,
);
const text = lines.map((line) => `${canonicalOf(line)}\n`).join('');
const key = formatKey(sampleKey());

/** This folder alone, where no package is in reach. */
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'devicelane-verify-'));
  await cp(fileURLToPath(new URL('.', import.meta.url)), join(folder, 'proof'), { recursive: true });
  const files = {
    'log.jsonl': text,
    'edited.jsonl': text.replace('"object":"run_5"', '"object":"run_6"'),
    'short.jsonl': sampleShort(),
    'check.txt': `all passed\n\nAudit log: \`${formatLine(notes[18]!)}\`\n`,
    'other.txt': sampleLog([], 1, sampleKey(1)).notes[0]!,
    'empty.txt': '',
    'long.jsonl': 'x'.repeat(3_000_000),
    'binary.jsonl': Buffer.from([0xff, 0xfe, 0x00, 0x0a]),
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
});
afterAll(() => rm(folder, { recursive: true }));

const sampleShort = (): string =>
  sampleLog(
    Array.from({ length: 15 }, (_, seq) => sampleEntry(seq)),
    8,
  )
    .lines.map((line) => `${canonicalOf(line)}\n`)
    .join('');

function run(...args: string[]) {
  const program = join(folder, 'proof', 'main.ts');
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    cwd: folder,
    env: {},
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('audit verify', () => {
  test('says that a log is fine, and what proves it', () => {
    const { status, stdout, stderr } = run('log.jsonl', '--checkpoint', 'check.txt', '--key', key);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe(`ok: 20 entries, root ${notes[20]!.split('\n')[2]}
ok: checkpoints prove 18 of them, 2 newer ones have their seals
ok: it extends 1 checkpoints that were kept
ok: signed with the key ${key}
`);
    expect(run('log.jsonl')).toMatchObject({ status: 0, stdout: expect.stringContaining('as the file itself says') });
  });

  test('says it as JSON', () => {
    const { status, stdout } = run('log.jsonl', '--json');
    expect({ status, ...JSON.parse(stdout) }).toMatchObject({ status: 0, entries: 20, proven: 16, key, bad: null });
    expect(JSON.parse(run('edited.jsonl', '--json').stdout)).toMatchObject({ bad: { seq: 5 } });
  });

  test.each([
    ['an entry that was changed', ['edited.jsonl'], 'BAD: entry 5: it is not what was sealed'],
    ['an end that is missing', ['short.jsonl', '--checkpoint', 'check.txt'], 'BAD: entry 15: it is missing'],
    [
      'a checkpoint of another log',
      ['log.jsonl', '--checkpoint', 'other.txt'],
      'BAD: a checkpoint that was kept is not',
    ],
    ['another key', ['log.jsonl', '--key', formatKey(sampleKey(1))], 'BAD: the export is of a log with another key'],
    ['a file that is no export', ['check.txt'], 'BAD: line 1 is not one that an export has there'],
    ['an empty file', ['empty.txt'], 'BAD: the file is empty'],
    ['a line without an end', ['long.jsonl'], 'BAD: line 1 is not'],
    ['bytes', ['binary.jsonl'], 'BAD: line 1 is not'],
  ])('ends with 3 for %s', (_, args, says) => {
    const { status, stdout, stderr } = run(...args);
    expect({ status, stderr }).toEqual({ status: 3, stderr: '' });
    expect(stdout).toContain(says);
  });

  test.each([
    ['no file', [], 'Give one file.'],
    ['two files', ['log.jsonl', 'log.jsonl'], 'Give one file.'],
    ['a file that is not there', ['nowhere.jsonl'], 'There is no file nowhere.jsonl.'],
    ['a folder', ['proof'], 'There is no file proof.'],
    ['a key that is none', ['log.jsonl', '--key', 'secret'], '--key is not a key'],
    ['checkpoints that are none', ['log.jsonl', '--checkpoint', 'empty.txt'], 'has no signed checkpoint'],
    ['checkpoints that are not there', ['log.jsonl', '--checkpoint', 'nowhere'], 'has no signed checkpoint'],
    ['an option that it has not', ['log.jsonl', '--fix'], "Unknown option '--fix'"],
  ])('ends with 2 for %s', (_, args, says) => {
    const { status, stdout, stderr } = run(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toContain(says);
    expect(stderr).toContain('usage: audit verify');
  });
});
