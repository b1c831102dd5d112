import { expect, test } from '@jest/globals';
import { deflateRaw } from 'pako';
import { LaterFile } from '../../backend/contract/delta/later-file.ts';
import { SAMPLE_BYTES } from '../../backend/contract/delta/likeness.ts';
import { signFile } from '../../backend/contract/delta/sign-file.ts';
import { indexLength, LENGTH_BYTES } from '../../backend/contract/delta/signature-index.ts';
import { classOf } from '../../backend/testing/apks/code-classes.ts';
import { codeFile } from '../../backend/testing/apks/code-file.ts';
import { zipFile } from '../../backend/testing/apks/zip-file.ts';
import { words } from '../../backend/testing/code-like.ts';
import { rebuilt, sourceOf } from '../../backend/testing/differences.ts';
import { buildFileOf } from './build-file.ts';
import { makeDifference } from './difference.ts';
import { Line } from './line.ts';

const MB = 1_000_000;
const DEX = words(1, 2.5 * MB);
/** A little of it changed, in a place that is in no sample. */
const CHANGED_DEX = Buffer.concat([DEX.subarray(0, 400_000), Buffer.from('changed'), DEX.subarray(400_000)]);

const apk = (dex: Uint8Array, level: number, manifest = 'first') =>
  zipFile([
    { name: 'AndroidManifest.xml', content: manifest },
    { name: 'classes.dex', content: dex, compressed: deflateRaw(dex, { level: level as 6 }) },
    { name: 'resources.arsc', content: words(9, 300_000), compressed: words(9, 300_000), method: 0 },
  ]);

type Asked = { from: number; to: number };

type Way = {
  indexComesAlong?: boolean;
  /** Bytes that are missing at the end of each answer after the first. */
  cutOff?: number;
};

/** Makes the difference over a line of this speed, to a server that says how long it took. */
async function overLine(
  bytesPerSecond: number,
  earlier: Buffer,
  later: Buffer,
  { indexComesAlong = false, cutOff = 0 }: Way = {},
) {
  const all = Buffer.concat((await signFile(sourceOf(earlier)))!);
  const asked: Asked[] = [];
  let now = 0;
  const environment = {
    async fetch(_: string | URL | Request, init?: RequestInit): Promise<Response> {
      const range = new Headers(init?.headers).get('range') as string;
      const [from, last] = /^bytes=(\d+)-(\d+)$/.exec(range)!.slice(1).map(Number) as [number, number];
      const bytes = all.subarray(from, last + 1 - (asked.length > 0 ? cutOff : 0));
      asked.push({ from, to: from + bytes.length });
      // Ten milliseconds of the server's, and the way.
      now += 10 + (1000 * bytes.length) / bytesPerSecond;
      return new Response(bytes, { status: 206, headers: { 'server-timing': 'app;dur=10' } });
    },
    getIdToken: async () => '',
    log: { line() {}, warning() {}, startGroup() {}, endGroup() {}, mask() {} },
    clock: { now: () => now, sleep: async () => {} },
    random: () => 0.5,
    signal: new AbortController().signal,
  };
  const file = buildFileOf('app', 'app.apk', undefined, later);
  const wire = { base: 'http://server.test', environment, line: new Line() };
  const credential = { headers: async () => ({}), renew: async () => {} };
  const source = { wire, credential, file, id: 'id', apart: LaterFile.open(file) };
  const index = indexComesAlong ? all.subarray(0, LENGTH_BYTES + indexLength(all)).toString('base64') : undefined;
  const frame = await makeDifference(source, { size: earlier.length, signatures: all.length, index });
  return { frame, asked, received: asked.reduce((sum, { from, to }) => sum + to - from, 0), signatures: all.length };
}

test.each([
  ['with the index', true],
  ['without the index', false],
])('of an entry that is nearly the same the rest of its signatures is asked for: an offer %s', async (_, isAlong) => {
  const [earlier, later] = [apk(DEX, 1), apk(CHANGED_DEX, 1, 'second')];
  const { frame, asked } = await overLine(2 * MB, earlier, later, { indexComesAlong: isAlong });
  expect(frame!.length).toBeLessThan(5000);
  expect((await rebuilt(earlier, frame!, later.length)).equals(later)).toBe(true);
  // Nothing is asked for twice.
  const inOrder = asked.toSorted((a, b) => a.from - b.from);
  for (const [at, { from }] of inOrder.entries()) expect(from).toBeGreaterThanOrEqual(inOrder[at - 1]?.to ?? 0);
  // The sample, and what lies before and after it; with the index come the first signatures.
  expect(asked).toHaveLength(3);
});

test('of an entry that is another one nothing but a sample is asked for', async () => {
  const [earlier, later] = [apk(DEX, 1), apk(words(2, 2.5 * MB), 1)];
  const { frame, received } = await overLine(2 * MB, earlier, later);
  // The index, read with what follows it, and the sample.
  expect(received).toBeLessThanOrEqual(2 * SAMPLE_BYTES);
  // What little is there is still not sent.
  expect(frame!.length).toBeLessThan(later.length - 200_000);
  expect((await rebuilt(earlier, frame!, later.length)).equals(later)).toBe(true);
});

test('a file whose only large entry is another one goes whole on a quick line', async () => {
  const [earlier, later] = [apk(DEX, 1), apk(words(2, 2.5 * MB), 1)];
  const { frame, received, signatures } = await overLine(100 * MB, earlier, later);
  expect(frame).toBeNull();
  expect(received).toBeLessThan(signatures / 2);
});

test.each([
  ['one that deflates quickly', 1, true],
  ['one that takes longer to deflate than to send', 6, false],
])('on a middling line, %s', async (_, level, isCompared) => {
  const [earlier, later] = [apk(DEX, level), apk(CHANGED_DEX, level)];
  const { frame } = await overLine(16 * MB, earlier, later);
  if (isCompared) expect(frame!.length).toBeLessThan(5000);
  else expect(frame === null || frame.length > MB).toBe(true);
  if (frame) expect((await rebuilt(earlier, frame, later.length)).equals(later)).toBe(true);
});

const classes = Array.from({ length: 3500 }, (_, number) => classOf(number));
const code = codeFile(classes);

test.each([
  ['one class more, which moves all others', codeFile([classOf(9999, { name: 'a/First' }), ...classes]), true],
  ['another text', Buffer.from(code.toString('latin1').replace('text 1777 3', 'text 1777 4'), 'latin1'), false],
])('of code with %s what changed is sent', async (_, changed, isComparedByReferences) => {
  const [earlier, later] = [apk(code, 1), apk(changed, 1)];
  const { frame, asked } = await overLine(2 * MB, earlier, later);
  expect(frame!.length).toBeLessThan(5000);
  expect((await rebuilt(earlier, frame!, later.length)).equals(later)).toBe(true);
  // The signatures of the code as it is lie before those of its comparable form.
  const asItIs = 8 * Math.floor(code.length / 128);
  expect(asked.some(({ to }) => to > asItIs + 1000)).toBe(isComparedByReferences);
});

test.each([1, 8, 30_000])(
  'signatures that are %i bytes too short are no difference, and the file goes whole',
  async (cutOff) => {
    const [earlier, later] = [apk(DEX, 1), apk(CHANGED_DEX, 1)];
    expect((await overLine(2 * MB, earlier, later, { cutOff })).frame).toBeNull();
  },
);
