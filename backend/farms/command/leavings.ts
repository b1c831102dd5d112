/** What a program left in its folder: reports and files to keep. No link is followed, and nothing outside is read. */
import { constants } from 'node:fs';
import { glob, lstat, open, realpath } from 'node:fs/promises';
import { basename, extname, join, sep } from 'node:path';
import type { EvidenceKind } from '../../contract/terms.ts';
import { JunitError, type JunitReport, readJunit } from '../junit/read-junit.ts';
import { FarmError, type FarmEvidence, type FarmResults, type FarmTest } from '../port.ts';
import { FILES } from './job-folder.ts';

const MAX_FILES = 1_000;

const KINDS: Record<string, readonly [EvidenceKind, string]> = {
  '.mp4': ['video', 'video/mp4'],
  '.webm': ['video', 'video/webm'],
  '.png': ['screenshot', 'image/png'],
  '.jpg': ['screenshot', 'image/jpeg'],
  '.har': ['network_log', 'application/json'],
  '.log': ['app_log', 'text/plain; charset=utf-8'],
  '.txt': ['app_log', 'text/plain; charset=utf-8'],
  '.xml': ['report', 'application/xml'],
};

type Left = { path: string; name: string };

/** Plain files below a folder that fit one of the globs, in the order of their names, which are relative to it. */
export async function filesIn(folder: string, globs: readonly string[]): Promise<Left[]> {
  const root = await realpath(folder).catch(() => null);
  if (root === null) return [];
  const found = new Map<string, Left>();
  for await (const name of glob([...globs], { cwd: root })) {
    const path = join(root, name);
    const isPlain = (await lstat(path).catch(() => null))?.isFile() ?? false;
    // A folder on the way may be a link as well.
    if (isPlain && (await realpath(path)).startsWith(root + sep)) found.set(name, { path, name });
    if (found.size >= MAX_FILES) break;
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A link or a pipe that was put there since is not followed, and not waited for. */
async function* bytesOf(path: string, offset: number): AsyncIterable<Uint8Array> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch((cause: unknown) => {
    throw new FarmError('broken', 'A file of the job cannot be read.', { cause });
  });
  if (!(await file.stat()).isFile()) {
    await file.close();
    throw new FarmError('broken', 'A file of the job cannot be read.');
  }
  yield* file.createReadStream({ start: offset });
}

/** Every report, whole; one that cannot be read is a test that errored, so that nothing is green without it. */
export async function readReports(work: string, globs: readonly string[]): Promise<Omit<FarmResults, 'evidence'>> {
  const tests: FarmTest[] = [];
  const taken = new Set<string>();
  let expected = 0;
  for (const { path, name: file } of await filesIn(work, globs)) {
    const report = await readJunit(bytesOf(path, 0)).catch((error: unknown) => {
      if (error instanceof JunitError) return unreadable(basename(file), error);
      throw error;
    });
    expected += report.expected;
    const own = new Set(report.tests.map(nameOf));
    for (const test of report.tests) {
      // The same name in two reports is two tests: a success must not hide a failure.
      const isTaken = taken.has(nameOf(test));
      tests.push(isTaken ? { ...test, suite: `${test.suite} [${file}]` } : test);
    }
    for (const name of own) taken.add(name);
  }
  return { expected: tests.length === 0 ? null : expected, tests };
}

const nameOf = ({ suite, name }: FarmTest): string => `${suite}\0${name}`;

function unreadable(file: string, { message }: JunitError): JunitReport {
  const test = { suite: file, name: 'report', attempt: 1, outcome: 'errored' as const, durationMs: 0, stack: null };
  return { tests: [{ ...test, message: `The report cannot be counted on: ${message}.` }], expected: 1 };
}

export async function readEvidence(folder: string, globs: readonly string[]): Promise<FarmEvidence[]> {
  const output = { path: join(folder, FILES.output), name: FILES.output };
  const evidence: FarmEvidence[] = [];
  for (const left of [output, ...(await filesIn(join(folder, FILES.work), globs))].slice(0, MAX_FILES)) {
    const { path, name } = left;
    if (((await lstat(path).catch(() => null))?.size ?? 0) === 0) continue;
    const [kind, contentType] = KINDS[extname(name).toLowerCase()] ?? ['report', 'application/octet-stream'];
    evidence.push({
      name: name.replaceAll(/[^\w.-]+/g, '_').slice(-150),
      kind: left === output ? 'session_log' : kind,
      contentType,
      open: (offset = 0) => bytesOf(path, offset),
    });
  }
  return evidence;
}
