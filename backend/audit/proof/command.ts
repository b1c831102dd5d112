/** `audit verify FILE`: verifies an export without a server, a database or a setting. */
import { readFile, stat } from 'node:fs/promises';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { findNotes } from './checkpoint.ts';
import { parseKey } from './note.ts';
import { readLines } from './read-lines.ts';
import { type Trusted, type Verified, verifyExport } from './verify.ts';

const USAGE = 'usage: audit verify FILE [--checkpoint FILE] [--key KEY] [--json]';
const EXIT = { fine: 0, usage: 2, bad: 3 } as const;
/** Bytes that a file of kept checkpoints may have. */
const MAX_KEPT = 1_000_000;

class UsageError extends Error {}

/** @returns the exit code: 0 when the log is fine, 3 when it is not, 2 when nothing could be looked at */
export async function verifyCommand(args: string[]): Promise<number> {
  try {
    const { file, json, trusted } = await understand(args);
    const verified = await verifyExport(readLines(file), trusted);
    const text = json ? JSON.stringify(verified) : describe(verified, trusted.key !== null).join('\n');
    process.stdout.write(`${text}\n`);
    return verified.bad ? EXIT.bad : EXIT.fine;
  } catch (error) {
    const isUsage =
      error instanceof UsageError || String((error as { code?: string }).code).startsWith('ERR_PARSE_ARGS');
    if (!isUsage) throw error;
    process.stderr.write(`${(error as Error).message}\n${USAGE}\n`);
    return EXIT.usage;
  }
}

/** @throws UsageError */
async function understand(args: string[]): Promise<{ file: string; json: boolean; trusted: Trusted }> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { checkpoint: { type: 'string' }, key: { type: 'string' }, json: { type: 'boolean', default: false } },
  });
  const [file, ...more] = positionals;
  if (file === undefined || more.length > 0) throw new UsageError('Give one file.');
  if ((await sizeOf(file)) === null) throw new UsageError(`There is no file ${file}.`);
  const key = values.key === undefined ? null : parseKey(values.key);
  if (values.key !== undefined && !key) throw new UsageError('--key is not a key as the server publishes it.');
  const older = values.checkpoint === undefined ? [] : await readKept(values.checkpoint);
  return { file, json: values.json, trusted: { key, older } };
}

async function readKept(path: string): Promise<string[]> {
  const size = (await sizeOf(path)) ?? 0;
  const notes = size === 0 || size > MAX_KEPT ? [] : findNotes(await readFile(path, 'utf8'));
  if (notes.length === 0) throw new UsageError(`${path} has no signed checkpoint in it.`);
  return notes;
}

/** null when there is no such file. */
async function sizeOf(path: string): Promise<number | null> {
  const found = await stat(path).catch(() => null);
  return found?.isFile() ? found.size : null;
}

function describe({ entries, proven, extended, root, key, bad }: Verified, isKeyGiven: boolean): string[] {
  if (bad) {
    const which = bad.through === undefined ? `entry ${bad.seq}` : `entries ${bad.seq} to ${bad.through}`;
    return [
      `BAD: ${bad.seq === null ? '' : `${which}: `}${bad.reason}`,
      `checkpoints prove ${proven} entries before it`,
    ];
  }
  return [
    `ok: ${entries} entries, root ${root}`,
    `ok: checkpoints prove ${proven} of them, ${entries - proven} newer ones have their seals`,
    ...(extended > 0 ? [`ok: it extends ${extended} checkpoints that were kept`] : []),
    isKeyGiven
      ? `ok: signed with the key ${key}`
      : `note: signed with ${key}, as the file itself says; --key holds it to yours`,
  ];
}
