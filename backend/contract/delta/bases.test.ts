import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { deflateRaw } from 'pako';
import { zipFile } from '../../testing/apks/zip-file.ts';
import { rebuilt, signed, sourceOf } from '../../testing/differences.ts';
import { LaterFile } from './later-file.ts';
import { writeDifference } from './write-difference.ts';

type Files = Readonly<Record<string, Buffer>>;

const SIZE = 60_000;

/** Words that no other seed gives, so that nothing is found where it is not. */
function script(seed: number, size = SIZE): Buffer {
  let text = '';
  for (let line = 0; text.length < size; line++) {
    text += `${createHash('sha256').update(`${seed} ${line}`).digest('hex')};\n`;
  }
  return Buffer.from(text.slice(0, size));
}

/** With one line of its own in the middle. */
const changed = (content: Buffer): Buffer =>
  Buffer.concat([content.subarray(0, 20_000), Buffer.from('one line more\n'), content.subarray(20_000)]);

const build = (files: Files): Buffer =>
  zipFile(
    Object.entries(files).map(([name, content]) => ({ name, content, compressed: deflateRaw(content, { level: 6 }) })),
  );

/** Bytes that are sent and those that are received for it. The later file comes out of it. */
async function cost(before: Files, after: Files): Promise<{ sent: number; received: number }> {
  const [earlier, later] = [build(before), build(after)];
  const signatures = (await signed(sourceOf(earlier)))!;
  const file = (await LaterFile.open(sourceOf(later)))!;
  const wanted = { most: Number.POSITIVE_INFINITY, rate: () => null };
  const frame = (await writeDifference(file, signatures, wanted))!;
  expect((await rebuilt(earlier, frame, later.length)).equals(later)).toBe(true);
  return { sent: frame.length, received: signatures.received };
}

describe('a changed entry under a new name', () => {
  const [one, two, three] = [script(1), script(2, SIZE * 1.2), script(3, SIZE * 0.9)];

  test('is compared with the one that is gone', async () => {
    const before = { 'index.html': Buffer.from('<html>'), 'main.4f3a2b.js': one };
    const { sent } = await cost(before, { 'index.html': Buffer.from('<html>'), 'main.99aa01.js': changed(one) });
    expect(sent).toBeLessThan(1000);
  });

  test('and so is each of several, by its length', async () => {
    const before = { 'js/1.aa.js': one, 'js/2.aa.js': two, 'js/3.aa.js': three };
    const after = { 'js/1.bb.js': changed(one), 'js/2.bb.js': changed(two), 'js/3.bb.js': changed(three) };
    expect((await cost(before, after)).sent).toBeLessThan(3000);
  });

  test('with one that is still there, under its name, it is not', async () => {
    const before = { 'a.js': one };
    const { sent, received } = await cost(before, { 'a.js': one, 'b.js': changed(one) });
    expect(received).toBeLessThan(500);
    expect(sent).toBeGreaterThan(SIZE / 4);
  });

  test('nor with one that is much longer or shorter', async () => {
    const before = { 'a.js': one, 'b.js': script(4, SIZE / 2) };
    const { received } = await cost(before, { 'c.js': script(5, SIZE * 1.4), 'd.js': script(6, SIZE * 0.7) });
    expect(received).toBeLessThan(500);
  });

  test('that is none costs the signatures of one that is gone, and no more', async () => {
    const { received } = await cost({ 'a.js': one }, { 'b.js': script(7), 'c.js': script(8) });
    expect(received).toBeLessThan(500 + (SIZE / 128 + 1) * 8);
  });
});
