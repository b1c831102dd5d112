import { describe, expect, test } from '@jest/globals';
import { Line, parseServerTiming } from './line.ts';

const rest = { received: 0, milliseconds: 0 };
const asked = { sent: 300, received: 500, milliseconds: 30, ofServer: 10, rest };

describe('the speed of the line', () => {
  test('is not known before enough bytes have come', () => {
    const line = new Line();
    line.note(asked);
    expect(line.rate()).toBeNull();
  });

  test('is told from what an answer took beyond the server and the delay', () => {
    const line = new Line();
    line.note(asked);
    line.note({ sent: 300, received: 64_000, milliseconds: 45.4, ofServer: 15, rest });
    expect(line.rate()).toBeCloseTo(6_400_000);
  });

  test('takes the least delay that was seen', () => {
    const line = new Line();
    line.note({ ...asked, milliseconds: 500 });
    line.note(asked);
    line.note({ sent: 0, received: 64_000, milliseconds: 52.4, ofServer: 0, rest });
    expect(line.rate()).toBeCloseTo(2_000_000);
  });

  test.each([
    ['was seen while this side was busy', { received: 60_000, milliseconds: 15 }, 4_000_000],
    ['was not, and too few bytes came after the first piece', { received: 4000, milliseconds: 15 }, 6_400_000],
    ['was not, and the first piece was read late', { received: 60_000, milliseconds: 1 }, 6_400_000],
  ])('is told from what came after the first piece, where the delay %s', (_, after, rate) => {
    const line = new Line();
    line.note(asked);
    line.note({ sent: 300, received: 64_000, milliseconds: 45.4, ofServer: 15, rest: after });
    expect(line.rate()).toBeCloseTo(rate);
  });

  test('is at most 1 Gbit/s, though an answer came at once', () => {
    const line = new Line();
    line.note({ sent: 0, received: 64_000, milliseconds: 5, ofServer: 9, rest });
    expect(line.rate()).toBe(125_000_000);
  });

  test.each([
    ['the server did not say its time', { sent: 0, received: 64_000, milliseconds: 10, ofServer: null, rest }],
    ['something was sent at length', { sent: 1_000_000, received: 64_000, milliseconds: 10, ofServer: 1, rest }],
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
