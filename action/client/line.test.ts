import { describe, expect, test } from '@jest/globals';
import { Line, parseServerTiming } from './line.ts';

const asked = { sent: 300, received: 500, milliseconds: 30, ofServer: 10 };

describe('the speed of the line', () => {
  test('is not known before enough bytes have come', () => {
    const line = new Line();
    line.note(asked);
    expect(line.rate()).toBeNull();
  });

  test('is told from what an answer took beyond the server and the delay', () => {
    const line = new Line();
    line.note(asked);
    line.note({ sent: 300, received: 64_000, milliseconds: 45.4, ofServer: 15 });
    expect(line.rate()).toBeCloseTo(6_400_000);
  });

  test('takes the least delay that was seen', () => {
    const line = new Line();
    line.note({ ...asked, milliseconds: 500 });
    line.note(asked);
    line.note({ sent: 0, received: 64_000, milliseconds: 52.4, ofServer: 0 });
    expect(line.rate()).toBeCloseTo(2_000_000);
  });

  test('is at most 1 Gbit/s, though an answer came at once', () => {
    const line = new Line();
    line.note({ sent: 0, received: 64_000, milliseconds: 5, ofServer: 9 });
    expect(line.rate()).toBe(125_000_000);
  });

  test.each([
    ['the server did not say its time', { sent: 0, received: 64_000, milliseconds: 10, ofServer: null }],
    ['something was sent at length', { sent: 1_000_000, received: 64_000, milliseconds: 10, ofServer: 1 }],
  ])('is not told where %s', (_, exchange) => {
    const line = new Line();
    line.note(exchange);
    expect(line.rate()).toBeNull();
  });
});

test.each([
  ['app;dur=12.3', 12.3],
  ['app;dur=0', 0],
  ['app', null],
  ['app;dur=-1', null],
  ['app;dur=1e9', null],
  ['app;dur=1, db;dur=2', null],
  [null, null],
])('Server-Timing %p says %p', (value, milliseconds) => {
  expect(parseServerTiming(value)).toBe(milliseconds);
});
