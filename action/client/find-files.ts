/** From what the inputs `app` and `tests` say to exactly one file each; a refusal lists what it found instead. */
import { glob, stat } from 'node:fs/promises';
import { extname, relative, resolve } from 'node:path';
import { type BuildFile, buildFileOf, openBuildFile } from './build-file.ts';
import { UsageError } from './errors.ts';
import { zipFolder } from './zip-folder.ts';

const FITTING = { app: ['.apk', '.aab', '.ipa'], tests: ['.apk', '.zip'] } as const;
const WANTED = { app: 'one APK, AAB or IPA', tests: 'one test APK, XCTest zip, or folder of Maestro flows' } as const;
/** So many names are worth reading in a refusal. */
const LISTED = 10;
/** A pattern such as `**` over a whole checkout is cut off here: what follows would be refused anyway. */
const MOST_MATCHES = 10_000;

/**
 * Finds the one file that the path or glob names, relative to `folder`, and opens it. A folder of Maestro flows is zipped.
 *
 * @throws UsageError naming the input and what the pattern matched
 */
export async function findFile(input: 'app' | 'tests', pattern: string, folder: string): Promise<BuildFile> {
  // A path that exists is meant literally, even with a `[` in it.
  const literal = await kindOf(resolve(folder, pattern));
  if (literal === 'folder' && input === 'tests') return zipped(resolve(folder, pattern));
  const matches = literal === 'file' ? [pattern] : await match(pattern, folder);
  const fitting = matches.filter((path) => isFitting(input, path));
  const [only] = fitting;
  if (only !== undefined && fitting.length === 1) return openBuildFile(input, resolve(folder, only));
  throw new UsageError(input, refusal(input, pattern, folder, fitting, matches));
}

async function zipped(folder: string): Promise<BuildFile> {
  return buildFileOf('tests', 'flows.zip', 'maestro_zip', await zipFolder(folder));
}

async function kindOf(path: string): Promise<'file' | 'folder' | null> {
  try {
    const found = await stat(path);
    if (found.isFile()) return 'file';
    return found.isDirectory() ? 'folder' : null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ENAMETOOLONG' || code === 'EINVAL') return null;
    throw error;
  }
}

async function match(pattern: string, folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const path of glob(pattern, { cwd: folder })) {
    if ((await kindOf(resolve(folder, path))) === 'file') found.push(path);
    if (found.length === MOST_MATCHES) break;
  }
  return found.sort();
}

function isFitting(input: 'app' | 'tests', path: string): boolean {
  return (FITTING[input] as readonly string[]).includes(extname(path).toLowerCase());
}

function refusal(input: 'app' | 'tests', pattern: string, folder: string, fitting: string[], all: string[]): string {
  const found = fitting.length > 0 ? fitting : all;
  const what = `\`${pattern}\` must match exactly ${WANTED[input]}`;
  if (found.length === 0) return `${what}, and it matches nothing in ${folder}. Did the build write it somewhere else?`;
  const names = found.slice(0, LISTED).map((path) => relative(folder, resolve(folder, path)));
  const more = found.length > LISTED ? `, and ${found.length - LISTED} more` : '';
  if (fitting.length === 0) {
    return `${what}, and what it matches has not one of the endings ${FITTING[input].join(', ')}: ${names.join(', ')}${more}.`;
  }
  return `${what}, and it matches ${found.length}: ${names.join(', ')}${more}. Name the one that you mean.`;
}
