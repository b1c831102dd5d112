/** Reports of many producers, with the counts that are known of them. Runs where DEVICELANE_SHARED_DATA names their folder. */
import { createReadStream, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { TestOutcome } from '../../contract/terms.ts';
import type { FarmTest } from '../port.ts';
import { JunitError, readJunit } from './read-junit.ts';

const FOLDER = process.env.DEVICELANE_SHARED_DATA ?? '';
const ROW = /^\| `(junit\/[^`]+\.xml)` \|.*\| ([^|]+) \|$/;
const COUNTS = /(\d+) suites, (\d+) cases: (\d+) without a verdict element, (\d+) failure, (\d+) error, (\d+) skipped/;

type Row = { path: string; said: string };
const rows: Row[] = readFileSync(join(FOLDER, 'README.md'), 'utf8')
  .split('\n')
  .flatMap((line) => {
    const found = ROW.exec(line);
    return found ? [{ path: found[1]!, said: found[2]! }] : [];
  });
const isBroken = ({ said }: Row) => said.includes('not well-formed XML');
const isNoReport = ({ said }: Row) => /^`<(?!testsuites?>)[\w-]+>`/.test(said) || said.includes('not JUnit');
const good = rows.filter((row) => !isBroken(row) && !isNoReport(row) && COUNTS.test(row.said));

const read = (path: string) => readJunit(createReadStream(join(FOLDER, path)));
/** How each test ended, after its last try. */
function lastOf(tests: readonly FarmTest[]): FarmTest[] {
  return [...Map.groupBy(tests, ({ suite, name }) => `${suite}\0${name}`).values()].map((tries) => tries.at(-1)!);
}
const count = (tests: readonly FarmTest[], ...outcomes: TestOutcome[]) =>
  tests.filter(({ outcome }) => outcomes.includes(outcome)).length;

test('the table of the data was read', () => {
  expect(good.length).toBeGreaterThan(90);
});

describe('a report', () => {
  test.each(good)('$path has its cases and verdicts', async ({ said, path }) => {
    const [, , cases, clean, failures, errors, skipped] = COUNTS.exec(said)!.map(Number);
    const { tests, expected } = await read(path);
    // A repeated case is a further try; what Surefire says of tries within a case is none of the file's cases.
    const own = tests.length - countWithin(readFileSync(join(FOLDER, path), 'utf8'));
    expect(own).toBe(cases);
    expect(expected).toBeGreaterThanOrEqual(lastOf(tests).length);
    const reds = count(tests, 'failed', 'errored') - countWithin(readFileSync(join(FOLDER, path), 'utf8'));
    // Several verdicts may stand in one case; disabled tests may have one too.
    expect(reds).toBeLessThanOrEqual((failures ?? 0) + (errors ?? 0));
    expect(count(tests, 'passed')).toBeLessThanOrEqual(clean ?? 0);
    if (!said.includes('oracle') && cases === clean! + failures! + errors! + skipped!) {
      expect([count(tests, 'passed'), reds, count(tests, 'skipped')]).toEqual([clean, failures! + errors!, skipped]);
    }
  });

  test.each(
    good.flatMap((row) => {
      const found =
        /oracle[^:]*: (?:retries grouped: )?(\d+) tests?(?: = (\d+) passed, (\d+) failed, (\d+) skipped|, (\d+) skipped)/.exec(
          row.said,
        );
      // Of several files; or grouped by name alone, which would let a test that failed after it passed look good.
      const isOfSeveral = /together/.test(row.said) || row.path.endsWith('/flaky_success_first.xml');
      return found && !isOfSeveral
        ? [{ path: row.path, oracle: found.slice(1).map((each) => (each === undefined ? null : Number(each))) }]
        : [];
    }),
  )('$path gives what its producer’s own reader gives: $oracle', async ({ path, oracle }) => {
    const [total, passed, failed, skipped, onlySkipped] = oracle;
    const ended = lastOf((await read(path)).tests);
    expect(ended.length).toBe(total);
    if (passed !== null) {
      expect([count(ended, 'passed'), count(ended, 'failed', 'errored'), count(ended, 'skipped')]).toEqual([
        passed,
        failed,
        skipped,
      ]);
    } else expect(count(ended, 'skipped')).toBe(onlySkipped);
  });
});

test.each(rows.filter(isNoReport))('$path is refused: it is no report', async ({ path }) => {
  await expect(read(path)).rejects.toBeInstanceOf(JunitError);
});

test.each(rows.filter(isBroken))('$path is refused, or gives what a lenient reader gives', async ({ path, said }) => {
  const lenient = /(\d+) tests(?:, \d+ skipped)?, read leniently|(\d+) tests when retries are grouped/.exec(said);
  const seen = await read(path).catch((error: unknown) => error);
  if (seen instanceof JunitError) return;
  expect(lastOf((seen as Awaited<ReturnType<typeof read>>).tests)).toHaveLength(Number(lenient?.[2] ?? lenient?.[1]));
});

const countWithin = (xml: string): number =>
  (xml.replace(/<!--[\s\S]*?-->/g, '').match(/<(flaky|rerun)(Failure|Error)[\s>]/g) ?? []).length;
