import { expect, test } from '@jest/globals';
import { holdFile } from './held-file.ts';

const MIB = 1024 * 1024;

/** What has settled by now; undefined for what has not. */
const soFar = <T>(promise: Promise<T>): Promise<T | undefined> => Promise.race([promise, Promise.resolve(undefined)]);

test('a held file can be read once its last byte has come, whatever the pieces, which may be used again', async () => {
  const held = holdFile(10)!;
  const piece = Buffer.from('abcdef');
  held.take(piece);
  piece.write('ghij');
  expect(await soFar(held.whole)).toBeUndefined();
  held.take(piece.subarray(0, 4));
  piece.fill(0);
  const file = await held.whole;
  expect(file.size).toBe(10);
  expect(Buffer.from(await file.read(4, 4)).toString()).toBe('efgh');
  expect(Buffer.from(new Uint8Array(file.shared!)).toString()).toBe('abcdefghij');
  held.release();
});

test('of what is longer than announced nothing can be read', async () => {
  const held = holdFile(4)!;
  held.take(Buffer.from('abc'));
  held.take(Buffer.from('de'));
  expect(await soFar(held.whole)).toBeUndefined();
  held.release();
});

test('32 MiB are held at a time, of all files together', () => {
  expect(holdFile(32 * MIB + 1)).toBeNull();
  const first = holdFile(20 * MIB)!;
  expect(holdFile(12 * MIB + 1)).toBeNull();
  const second = holdFile(12 * MIB)!;
  expect(holdFile(1)).toBeNull();
  first.release();
  holdFile(20 * MIB)!.release();
  second.release();
});
