import { expect, test } from '@jest/globals';
import { FarmError } from '../farms/port.ts';
import { resumed } from './resumed.ts';

const CONTENT = Buffer.from('a video of the screen, byte for byte');
const noWait = async (): Promise<undefined> => undefined;
const broken = () => new FarmError('broken', 'The farm broke off.');

/** Gives so many bytes with each opening, then breaks. */
function breaking(atOnce: number, error: () => Error = broken) {
  const opened: number[] = [];
  return {
    opened,
    async *open(offset = 0): AsyncIterable<Uint8Array> {
      opened.push(offset);
      const end = Math.min(offset + atOnce, CONTENT.length);
      if (end > offset) yield CONTENT.subarray(offset, end);
      if (end < CONTENT.length) throw error();
    },
  };
}
async function read(source: Pick<ReturnType<typeof breaking>, 'open'>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of resumed(source, noWait)) pieces.push(piece);
  return Buffer.concat(pieces);
}

test.each([1, 7, 35, 100])('a file that breaks off each %i bytes comes whole, each byte once', async (atOnce) => {
  const source = breaking(atOnce);
  expect((await read(source)).equals(CONTENT)).toBe(true);
  expect(source.opened).toEqual([...source.opened].sort((a, b) => a - b));
});

test('one that gives nothing more is given up', async () => {
  const source = breaking(0);
  await expect(read(source)).rejects.toMatchObject({ kind: 'broken' });
  expect(source.opened).toHaveLength(5);
});

test.each([
  ['a refusal', () => new FarmError('refused', 'It is gone.')],
  ['a fault of ours', () => new RangeError('no')],
])('%s is not tried again', async (_, error) => {
  const source = breaking(3, error);
  await expect(read(source)).rejects.toThrow(error().message);
  expect(source.opened).toEqual([0]);
});
