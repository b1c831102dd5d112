import { expect, test } from '@jest/globals';
import { examine } from './examine.ts';
import { rehearse, SAMPLE } from './rehearse.ts';

test('what is rehearsed with is an app', async () => {
  const source = { size: SAMPLE.length, read: async (at: number, length: number) => SAMPLE.subarray(at, at + length) };
  expect(await examine(source)).toMatchObject({ container: 'apk', apk: { manifest: { package: 'com.example.app' } } });
});

test('a rehearsal ends once there is a file to read', async () => {
  let looks = 0;
  await rehearse(() => ++looks === 3);
  expect(looks).toBe(3);
});
