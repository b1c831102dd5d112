import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TestResult } from '../contract/results.ts';
import { renderJunit } from './junit.ts';

type Attempt = TestResult['attempts'][number];

function attempt(number: number, more: Partial<Attempt> = {}): Attempt {
  return { attempt: number, outcome: 'passed', durationMs: 1500, message: null, stack: null, ...more };
}

function result(more: Partial<TestResult> = {}): TestResult {
  return {
    suite: 'com.example.LoginTest',
    name: 'signsIn',
    jobId: 'job_1',
    farm: 'lab',
    device: 'Pixel 8 (34)',
    outcome: 'passed',
    isNew: false,
    attempts: [attempt(1)],
    ...more,
  };
}

const failure = (number: number, more: Partial<Attempt> = {}) =>
  attempt(number, { outcome: 'failed', message: 'expected 1', stack: 'at LoginTest.kt:7', ...more });
const render = (...results: TestResult[]) => renderJunit({ name: 'Devicelane', results });

describe('JUnit XML', () => {
  test('has a suite for each job, with the device in the class name', () => {
    const xml = render(result(), result({ jobId: 'job_2', device: 'Galaxy S23', outcome: 'skipped' }));
    expect(xml).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="Devicelane" tests="2" failures="0" errors="0" skipped="1" time="3.000">
  <testsuite name="Pixel 8 (34), lab" tests="1" failures="0" errors="0" skipped="0" time="1.500">
    <testcase name="signsIn" classname="com.example.LoginTest [Pixel 8 (34), lab]" time="1.500"/>
  </testsuite>
  <testsuite name="Galaxy S23, lab" tests="1" failures="0" errors="0" skipped="1" time="1.500">
    <testcase name="signsIn" classname="com.example.LoginTest [Galaxy S23, lab]" time="1.500">
      <skipped/>
    </testcase>
  </testsuite>
</testsuites>
`);
  });

  test('writes a failure with its further attempts', () => {
    const attempts = [failure(1, { outcome: 'errored' }), failure(2)];
    expect(render(result({ outcome: 'failed', attempts }))).toContain(`
      <error message="expected 1" type="attempt 1">at LoginTest.kt:7</error>
      <rerunFailure message="expected 1" type="attempt 2"><stackTrace>at LoginTest.kt:7</stackTrace></rerunFailure>
`);
  });

  test('writes a flaky test as one that passed, with what failed before', () => {
    const xml = render(result({ outcome: 'flaky', attempts: [failure(1), attempt(2)] }));
    expect(xml).toContain('<flakyFailure message="expected 1" type="attempt 1">');
    expect(xml).toContain('failures="0" errors="0"');
    expect(xml).not.toContain('<failure');
  });

  test('never loses a failure, even one without a failed attempt', () => {
    expect(render(result({ outcome: 'failed', attempts: [] }))).toContain('<failure message="failed"/>');
  });

  test('escapes text and drops what XML forbids', () => {
    const attempts = [failure(1, { message: 'a "b"\n<c>&\u0000\u0008\ud800\ufffe', stack: ']]>\r\n😀\u001b[31m' })];
    const xml = render(result({ name: '"><x/>', outcome: 'failed', attempts }));
    expect(xml).toContain('name="&quot;&gt;&lt;x/&gt;"');
    expect(xml).toContain('message="a &quot;b&quot;&#10;&lt;c&gt;&amp;"');
    expect(xml).toContain('>]]&gt;\n😀[31m<');
  });

  test('stays below the size that GitLab reads', () => {
    const attempts = [failure(1, { message: 'm'.repeat(100_000), stack: 's'.repeat(1_000_000) })];
    const results = Array.from({ length: 600 }, (_, index) =>
      result({ name: `t${index}`, outcome: 'failed', attempts }),
    );
    const xml = render(...results);
    expect(Buffer.byteLength(xml)).toBeLessThan(20_000_000);
    expect(xml.match(/<failure /g)).toHaveLength(600);
    expect(xml).toContain('left out here; the report has it');
  });

  test('has only balanced tags and legal characters, whatever the names', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' }), (one, other) => {
        const attempts = [failure(1, { message: one, stack: other })];
        const xml = render(result({ name: other, suite: one, device: one, outcome: 'failed', attempts }));
        expect(xml).not.toMatch(/[^\t\n\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u);
        expect(xml.match(/<[^>]*>/g)?.map((tag) => tag.replace(/[\s>].*$/su, ''))).toEqual([
          '<?xml',
          '<testsuites',
          '<testsuite',
          '<testcase',
          '<failure',
          '</failure',
          '</testcase',
          '</testsuite',
          '</testsuites',
        ]);
      }),
    );
  });
});
