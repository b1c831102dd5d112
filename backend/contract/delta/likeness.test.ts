import { expect, test } from '@jest/globals';
import { words } from '../../testing/code-like.ts';
import { BlockSigner, blockSize, SIGNATURE_BYTES } from './block-signatures.ts';
import { likeness, SAMPLE_BYTES, type Sample, sampleStart } from './likeness.ts';

const MIB = 1024 * 1024;
const earlier = words(1, 1.5 * MIB);

function sampleOf(content: Uint8Array): Sample {
  const signer = new BlockSigner(content.length);
  signer.push(content);
  const signatures = signer.finish() as Buffer;
  const start = sampleStart(signatures.length);
  return { first: start / SIGNATURE_BYTES, signatures: signatures.subarray(start, start + SAMPLE_BYTES) };
}

const asSigned = ({ length }: Uint8Array) => ({ block: blockSize(length), contentLength: length });

/** One word in so many blocks is another one. */
function edited(every: number): Buffer {
  const content = Buffer.from(earlier);
  for (let at = 0; at < content.length; at += every * blockSize(content.length)) content[at] = (content[at] ?? 0) ^ 1;
  return content;
}

test.each([
  ['the same', earlier, 1],
  ['another one', words(2, 1.5 * MIB), 0],
  ['one that is longer before the sample', Buffer.concat([words(3, 100_000), earlier]), 1],
  ['one of which every second block changed', edited(2), 0.5],
  ['one of which every tenth block changed', edited(10), 0.9],
  ['nothing', Buffer.alloc(0), 0],
])('a content is like %s', (_, later, share) => {
  expect(likeness(later, asSigned(earlier), sampleOf(earlier))).toBeCloseTo(share, 1);
});

test('what repeats itself is not more than all', () => {
  const zeros = Buffer.alloc(MIB);
  expect(likeness(Buffer.concat([zeros, zeros]), asSigned(zeros), sampleOf(zeros))).toBe(1);
});

test('a sample lies in the middle, on whole signatures', () => {
  expect(sampleStart(3 * SAMPLE_BYTES)).toBe(SAMPLE_BYTES);
  expect(sampleStart(SAMPLE_BYTES + SIGNATURE_BYTES) % SIGNATURE_BYTES).toBe(0);
  expect(sampleStart(SIGNATURE_BYTES)).toBe(0);
});
