import { describe, expect, test } from '@jest/globals';
import { JunitError, readJunit } from './read-junit.ts';
import { millisecondsOf } from './seconds.ts';

async function* pieces(bytes: Uint8Array, size = bytes.length): AsyncIterable<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}
const read = (xml: string | Uint8Array, size?: number) =>
  readJunit(pieces(typeof xml === 'string' ? Buffer.from(xml) : xml, size));
const suite = (cases: string, attributes = '') => `<testsuite name="s" ${attributes}>${cases}</testsuite>`;
const told = async (xml: string) =>
  (await read(xml)).tests.map(({ suite: of, name, attempt, outcome }) => `${of}#${name}@${attempt} ${outcome}`);

describe('a report', () => {
  test('gives each test its verdict, message, stack and time', async () => {
    const { tests, expected } = await read(
      suite(
        `<testcase classname="a.B" name="one" time="1.25"/>
         <testcase classname="a.B" name="two"><failure message="no &amp; never">at a.B</failure></testcase>
         <testcase classname="a.B" name="three"><error><![CDATA[java.lang.Error: out
           at x]]></error></testcase>
         <testcase name="four"><skipped/></testcase>
         <testcase classname="a.B" name="five" status="disabled"><failure/></testcase>`,
        'tests="5"',
      ),
    );
    expect(expected).toBe(5);
    expect(tests.map(({ outcome }) => outcome)).toEqual(['passed', 'failed', 'errored', 'skipped', 'skipped']);
    expect(tests[0]).toMatchObject({ suite: 'a.B', durationMs: 1250, message: null, stack: null });
    expect(tests[1]).toMatchObject({ message: 'no & never', stack: 'at a.B' });
    expect(tests[2]).toMatchObject({ message: 'java.lang.Error: out', stack: expect.stringContaining('at x') });
    expect(tests[3]).toMatchObject({ suite: 's' });
  });

  test('pain 43: keeps tries apart, and counts tests', async () => {
    const flaky = '<testcase name="a"><flakyFailure message="1"/><flakyError message="2"/></testcase>';
    const failing = '<testcase name="b"><failure message="1"/><rerunFailure message="2"/></testcase>';
    const again = '<testcase name="c"><failure/></testcase><testcase name="c"/>';
    const report = await read(suite(flaky + failing + again, 'tests="3"'));
    expect(report.expected).toBe(3);
    expect(report.tests.map(({ name, attempt, outcome }) => [name, attempt, outcome])).toEqual([
      ['a', 1, 'failed'],
      ['a', 2, 'errored'],
      ['a', 3, 'passed'],
      ['b', 1, 'failed'],
      ['b', 2, 'failed'],
      ['c', 1, 'failed'],
      ['c', 2, 'passed'],
    ]);
  });

  test('does not take a failure after a success, or in another suite, for a try that passed', async () => {
    const twice = '<testcase classname="A" name="a"/><testcase classname="A" name="a"><failure/></testcase>';
    expect(await told(suite(twice))).toEqual(['A#a@1 passed', 'A (2)#a@1 failed']);
    const one = (host: string, inner: string) =>
      `<testsuite hostname="${host}"><testcase classname="A" name="a">${inner}</testcase></testsuite>`;
    expect(await told(`<testsuites>${one('chromium', '<failure/>')}${one('webkit', '')}</testsuites>`)).toEqual([
      'A#a@1 failed',
      'A [webkit]#a@1 passed',
    ]);
  });

  test('pain 36: expects what a suite counts, also where it lists less, and counts nested suites once', async () => {
    expect(await read(suite('<testcase name="a"/>', 'tests="3"'))).toMatchObject({ expected: 3 });
    const inner = suite('<testcase name="a"/><testcase name="b"/>', 'tests="2"');
    expect(await read(`<testsuites tests="99">${suite(inner, 'tests="2"')}</testsuites>`)).toMatchObject({
      expected: 2,
    });
    expect(await read(suite('', 'tests="0"'))).toEqual({ tests: [], expected: 0 });
  });

  test('is read the same in any pieces and encoding', async () => {
    const xml = suite('<testcase name="Übung — 試験"><failure message="größer"/></testcase>');
    const expected = await read(xml);
    expect(expected.tests[0]).toMatchObject({ name: 'Übung — 試験', message: 'größer' });
    for (const size of [1, 3, 7]) expect(await read(xml, size)).toEqual(expected);
    const utf16 = Buffer.from(`\ufeff${xml}`, 'utf16le');
    expect(await read(utf16, 5)).toEqual(expected);
    expect(await read(Buffer.from(utf16).swap16())).toEqual(expected);
    expect(await read(`\ufeff<?xml version="1.0" encoding="UTF-8"?>${xml}`)).toEqual(expected);
    const latin = `<?xml version="1.0" encoding="ISO-8859-1"?>${suite('<testcase name="größer"/>')}`;
    expect((await read(Buffer.from(latin, 'latin1'))).tests[0]?.name).toBe('größer');
  });
});

describe('C7: a hostile report', () => {
  const entities = '<!DOCTYPE a [<!ENTITY x "y">]>';
  test.each<[string, string | Uint8Array]>([
    ['with entities of its own', entities + suite('<testcase name="&x;"/>')],
    ['with an outer document type', `<!DOCTYPE testsuite SYSTEM "file:///etc/passwd">${suite('')}`],
    ['with an unknown entity', suite('<testcase name="&x;"/>')],
    ['nested deeply', `${'<testsuite>'.repeat(10_000)}`],
    ['with a huge attribute', suite(`<testcase name="${'x'.repeat(1_000_000)}"/>`)],
    ['with a NUL', suite('<testcase name="a\0"/>')],
    ['that is not UTF-8', Buffer.from(suite('<testcase name="\xff\xfe"/>'), 'latin1')],
    ['that breaks off', suite('<testcase name="a"/>').slice(0, -5)],
    ['of another kind', '<html></html>'],
    ['of nothing', ''],
    ['that is no XML', 'not found'],
    ['in an encoding that nobody knows', `<?xml version="1.0" encoding="x-evil"?>${suite('')}`],
  ])('%s is refused', async (_, xml) => {
    await expect(read(xml)).rejects.toBeInstanceOf(JunitError);
  });

  test('of many entities, or of much text, holds nothing up for long, and is cut', async () => {
    const xml = suite(`<testcase name="a"><failure>${'&#65;'.repeat(1_000_000)}</failure></testcase>`);
    let others = 0;
    const turn = (): void => {
      others += 1;
      next = setImmediate(turn);
    };
    let next = setImmediate(turn);
    const { tests } = await read(xml);
    clearImmediate(next);
    expect(tests[0]?.stack?.length).toBeLessThanOrEqual(128 * 1024);
    // Five megabytes, of which each 64 KiB leave a turn to others.
    expect(others).toBeGreaterThan(70);
  });
});

test.each([
  ['1.5', 1500],
  ['1,234.5', 1_234_500],
  ['1.234,5', 1_234_500],
  ['0,25', 250],
  ['0,250', 250],
  ['1,234', 1_234_000],
  ['2s', 2000],
  ['-1', 0],
  ['NaN', 0],
  ['<<computed>>', 0],
  [undefined, 0],
])('a time of %p is %p milliseconds', (text, expected) => {
  expect(millisecondsOf(text)).toBe(expected);
});
