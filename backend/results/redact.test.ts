import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '../testing/e2e/seeded-random.ts';
import { createRedactor } from './redact.ts';

async function* pieces(bytes: Buffer, sizes: () => number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < bytes.length; ) {
    const size = Math.max(1, Math.floor(sizes()));
    yield bytes.subarray(at, at + size);
    at += size;
  }
}
async function through(values: string[], text: string, sizes = () => 1e6): Promise<string> {
  const kept: Uint8Array[] = [];
  for await (const piece of createRedactor(values).stream(pieces(Buffer.from(text), sizes))) kept.push(piece);
  return Buffer.concat(kept).toString('utf8');
}

const VALUE = 'pässword "<&1>"';

describe('a value that is known', () => {
  test.each([
    ['as it is', VALUE],
    ['in JSON', JSON.stringify({ VALUE }).slice(10, -2)],
    ['in XML', 'pässword "&lt;&amp;1&gt;"'],
    ['in an attribute', 'pässword &quot;&lt;&amp;1&gt;&quot;'],
    ['in a URL', encodeURIComponent(VALUE)],
    ['in base64', Buffer.from(VALUE).toString('base64')],
  ])('%s is taken out of texts and files', async (_, written) => {
    const line = `login with ${written} again ${written}${written}.`;
    expect(createRedactor([VALUE]).text(line)).toBe('login with *** again ******.');
    expect(await through([VALUE], line)).toBe('login with *** again ******.');
  });

  test('is found across pieces of any size, and nothing else is lost', async () => {
    const { next: random } = seededRandom();
    for (let round = 0; round < 300; round += 1) {
      const words = Array.from({ length: 40 }, () => (random() < 0.3 ? VALUE : 'pässword "<&1 '.slice(random() * 9)));
      const sent = words.join('');
      const clean = await through([VALUE], sent, () => 1 + random() * 30);
      expect(clean).toBe(sent.replaceAll(VALUE, '***'));
    }
  });

  test('that holds another one goes whole', async () => {
    for (const size of [1, 2, 3, 5, 8, 100]) {
      expect(await through(['abcdefgh', 'cdefgh', 'abcdefghijkl'], '-abcdefghijkl-abcdefgh-cdefgh-', () => size)).toBe(
        '-***-***-***-',
      );
    }
  });

  test('of several lines is found line by line', async () => {
    const key = '-----BEGIN KEY-----\nMIIEvQIBADANBg\nkqhkiG9w0BAQEF\n-----END KEY-----';
    const log = key.split('\n').map((line) => `12:00 I/App: ${line}`);
    expect(await through([key], log.join('\n'))).not.toMatch(/MIIEvQIBADANBg|kqhkiG9w0BAQEF/);
  });
});

test('without a value nothing is touched', async () => {
  expect(await through([], 'all of it')).toBe('all of it');
});
