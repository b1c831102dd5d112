/**
 * Reads JUnit XML, which has no standard: Surefire's `rerunFailure` and `flakyFailure`, repeated test cases, nested suites,
 * `status="disabled"`. The document is hostile: it is read in pieces, within bounds, and no entity of its own is known.
 */
import type { TestOutcome } from '../../contract/terms.ts';
import { createXmlReader } from '../../xml/xml-reader.ts';
import type { FarmTest } from '../port.ts';
import { createTextDecoder } from './decode-text.ts';
import { millisecondsOf } from './seconds.ts';

export const JUNIT_LIMITS = { bytes: 64 * 1024 * 1024, depth: 64, cases: 200_000, text: 64 * 1024, name: 2_000 };
/** Characters between which others may work. */
const SLICE = 64 * 1024;

/** The file is no JUnit report that could be counted on. */
export class JunitError extends Error {
  constructor(message: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.name = this.constructor.name;
  }
}

export type JunitReport = {
  tests: FarmTest[];
  /** Different tests, with those that a suite counts and does not list. */
  expected: number;
};

type Attributes = Readonly<Record<string, string>>;
type Suite = { index: number; name: string; host: string; declared: number | null; cases: number };
type Verdict = { kind: string; message: string; text: string };
type Case = { within: Suite | undefined; suite: string; name: string; attributes: Attributes; verdicts: Verdict[] };

const VERDICTS = ['failure', 'error', 'skipped', 'flakyFailure', 'flakyError', 'rerunFailure', 'rerunError'];
const SKIPPED = ['disabled', 'notrun', 'skipped', 'ignored'];

/** @throws JunitError */
export async function readJunit(content: AsyncIterable<Uint8Array>): Promise<JunitReport> {
  const collected = collect();
  let decoder: InstanceType<typeof TextDecoder> | null = null;
  let bytes = 0;
  try {
    for await (const piece of content) {
      bytes += piece.length;
      if (bytes > JUNIT_LIMITS.bytes) throw new JunitError('the report is larger than 64 MiB');
      decoder ??= createTextDecoder(piece);
      await collected.write(decoder.decode(piece, { stream: true }));
    }
    await collected.write(decoder?.decode() ?? '');
    return collected.end();
  } catch (error) {
    if (error instanceof JunitError) throw error;
    const isText = error instanceof TypeError || error instanceof RangeError;
    throw new JunitError(isText ? 'the report is not in its encoding' : 'the report is not well-formed XML', {
      cause: error,
    });
  }
}

function collect() {
  const suites: Suite[] = [];
  const tests = new Map<string, Tries>();
  let index = 0;
  let depth = 0;
  let cases = 0;
  let missing = 0;
  let hasRoot = false;
  let current: Case | null = null;
  let verdict: Verdict | null = null;

  const reader = createXmlReader({
    doctype() {
      throw new JunitError('the report declares a document type');
    },
    open(name, attributes) {
      depth += 1;
      if (depth > JUNIT_LIMITS.depth) throw new JunitError('the report is nested too deeply');
      if (depth === 1) {
        hasRoot = name === 'testsuites' || name === 'testsuite';
        if (!hasRoot) throw new JunitError('the file is no JUnit report');
      }
      if (name === 'testsuite') {
        const { name: called = '', hostname: host = '', tests: declared } = attributes;
        index += 1;
        suites.push({ index, name: called, host, declared: countOf(declared), cases: 0 });
      } else if (name === 'testcase') {
        cases += 1;
        if (cases > JUNIT_LIMITS.cases) throw new JunitError('the report has too many tests');
        for (const suite of suites) suite.cases += 1;
        current = { within: suites.at(-1), ...namesOf(attributes, suites), attributes, verdicts: [] };
      } else if (current && VERDICTS.includes(name)) {
        verdict = { kind: name, message: attributes.message ?? attributes.type ?? '', text: '' };
        current.verdicts.push(verdict);
      }
    },
    text(text) {
      if (verdict && verdict.text.length < JUNIT_LIMITS.text) verdict.text += text.slice(0, JUNIT_LIMITS.text);
    },
    close(name) {
      depth -= 1;
      if (name === 'testsuite') {
        const closed = suites.pop();
        const isOutermost = suites.length === 0;
        // Counts of an outer suite hold those of the inner ones.
        if (closed && isOutermost) missing += Math.max(0, (closed.declared ?? 0) - closed.cases);
      } else if (name === 'testcase' && current) {
        add(tests, current);
        current = null;
      } else if (VERDICTS.includes(name)) verdict = null;
    },
  });

  return {
    /** In slices, so that a large report does not hold up everything else. */
    async write(text: string): Promise<void> {
      if (text.includes('\0')) throw new JunitError('the report holds a NUL');
      for (let start = 0; start < text.length; start += SLICE) {
        reader.write(text.slice(start, start + SLICE));
        await new Promise<void>((resolve) => setImmediate(resolve));
      }
    },
    end(): JunitReport {
      reader.end();
      if (!hasRoot) throw new JunitError('the report is empty');
      const listed = apart([...tests.values()]);
      return { tests: listed, expected: listed.filter(({ attempt }) => attempt === 1).length + missing };
    },
  };
}

const cut = (text: string): string => text.slice(0, JUNIT_LIMITS.name);
const countOf = (text: string | undefined): number | null => (/^\d{1,9}$/.test(text ?? '') ? Number(text) : null);

function namesOf({ classname, name }: Attributes, suites: readonly Suite[]): { suite: string; name: string } {
  return { suite: cut(classname || suites.at(-1)?.name || ''), name: cut(name || 'a test without a name') };
}

/** The tries of one test, and the machine that its suite names. */
type Tries = { host: string; tries: FarmTest[] };

/** The same test again in one suite is another try of it: counts are of tests, never of tries. */
function add(tests: Map<string, Tries>, { within, suite, name, attributes, verdicts }: Case): void {
  const key = `${within?.index}\0${suite}\0${name}`;
  const known = tests.get(key) ?? { host: within?.host ?? '', tries: [] };
  tests.set(key, known);
  const attempts = known.tries;
  const durationMs = millisecondsOf(attributes.time);
  const push = (outcome: TestOutcome, said: Verdict | undefined): void => {
    const text = said?.text.trim() ?? '';
    const message = cut(said?.message || text.split('\n', 1)[0] || '');
    attempts.push({
      suite,
      name,
      attempt: attempts.length + 1,
      outcome,
      durationMs,
      message: message || null,
      stack: outcome === 'failed' || outcome === 'errored' ? text || null : null,
    });
  };
  const of = (...kinds: string[]): Verdict[] => verdicts.filter(({ kind }) => kinds.includes(kind));
  // Surefire tells of tries before the one that passed.
  for (const each of of('flakyFailure', 'flakyError')) push(each.kind === 'flakyError' ? 'errored' : 'failed', each);
  push(...finalOf(attributes, of('failure', 'error', 'skipped')));
  for (const each of of('rerunFailure', 'rerunError')) push(each.kind === 'rerunError' ? 'errored' : 'failed', each);
}

/**
 * Each test by a name of its own. The same test in another suite is another one, such as that of another browser; so is one
 * that stands there again after it passed, since nothing is tried again then. None of them may look like a try that passed.
 */
function apart(all: readonly Tries[]): FarmTest[] {
  const taken = new Set<string>();
  return all.flatMap(({ host, tries }) => {
    const isRetried = tries.slice(0, -1).every(({ outcome }) => outcome === 'failed' || outcome === 'errored');
    const tests = isRetried ? [tries] : tries.map((each) => [{ ...each, attempt: 1 }]);
    return tests.flatMap((own) => {
      const { suite, name } = own[0]!;
      const free = freeName(suite, host, (each) => taken.has(`${each}\0${name}`));
      taken.add(`${free}\0${name}`);
      return own.map((each) => ({ ...each, suite: free }));
    });
  });
}

function freeName(suite: string, host: string, isTaken: (name: string) => boolean): string {
  if (!isTaken(suite)) return suite;
  const hosted = host ? `${suite} [${cut(host)}]` : suite;
  if (!isTaken(hosted)) return hosted;
  for (let number = 2; ; number += 1) if (!isTaken(`${hosted} (${number})`)) return `${hosted} (${number})`;
}

function finalOf({ status }: Attributes, verdicts: readonly Verdict[]): [TestOutcome, Verdict | undefined] {
  if (SKIPPED.includes((status ?? '').toLowerCase())) return ['skipped', undefined];
  const first = (kind: string): Verdict | undefined => verdicts.find((each) => each.kind === kind);
  const failure = first('failure');
  if (failure) return ['failed', failure];
  const error = first('error');
  if (error) return ['errored', error];
  const skipped = first('skipped');
  return skipped ? ['skipped', skipped] : ['passed', undefined];
}
