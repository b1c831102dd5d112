import { describe, expect, test } from '@jest/globals';
import { HttpFailure, inputOfField, parseProblem } from './refusal.ts';
import { backOff, NetworkFailure, parseRetryAfter, waitBeforeRetry } from './retry.ts';

const half = () => 0.5;

describe('another try', () => {
  test.each([408, 429, 500, 502, 503, 504])('helps after %i', (status) => {
    expect(waitBeforeRetry(new HttpFailure(status, null, null), 1, half)).toBe(250);
  });

  test.each([400, 401, 403, 404, 409, 413, 422, 302])('does not help after %i', (status) => {
    expect(waitBeforeRetry(new HttpFailure(status, null, 1000), 1, half)).toBeNull();
  });

  test('helps when the line broke, and not when the certificate is not trusted', () => {
    const broken = (code: string) => new NetworkFailure(new TypeError('fetch failed', { cause: { code } }));
    expect(waitBeforeRetry(broken('ECONNRESET'), 1, half)).toBe(250);
    expect(waitBeforeRetry(broken('SELF_SIGNED_CERT_IN_CHAIN'), 1, half)).toBeNull();
    expect(waitBeforeRetry(broken('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 1, half)).toBeNull();
  });

  test('comes after a wait that doubles up to twenty seconds', () => {
    expect([1, 2, 3, 6, 7, 50].map((failures) => backOff(failures, () => 1))).toEqual([
      500, 1000, 2000, 16000, 20000, 20000,
    ]);
  });
});

test.each([
  [null, null],
  ['3', 3000],
  [' 3 ', 3000],
  ['Thu, 01 Jan 2026 00:00:05 GMT', 5000],
  ['Wed, 31 Dec 2025 23:00:00 GMT', 0],
  ['soon', null],
  ['-1e99', null],
])('Retry-After %s is %s ms', (header, expected) => {
  expect(parseRetryAfter(header, Date.parse('2026-01-01T00:00:00Z'))).toBe(expected);
});

test.each([
  ['devices', 'devices'],
  ['devices.3', 'devices'],
  ['env.KEY', 'env'],
  ['farms[0]', 'farm'],
  ['queueTimeout', 'queue-timeout'],
  ['commit', null],
  ['', null],
  ['constructor', null],
])('the field %s belongs to the input %s', (field, input) => {
  expect(inputOfField(field)).toBe(input);
});

test.each([
  '',
  'null',
  '<html>',
  '{"code":"invalid_request"}',
  '{"code":"made_up","title":"","type":"","status":400,"detail":"","requestId":""}',
])('what is no problem of the closed list is none: %s', (text) => {
  expect(parseProblem(text)).toBeNull();
});
