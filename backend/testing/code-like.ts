/** Contents that compress about as code does, and are other ones for another seed. */

export function words(seed: number, length: number): Buffer {
  const content = Buffer.alloc(length);
  let state = seed;
  for (let at = 0; at + 4 <= length; at += 4) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    // Two bytes of chance in four.
    content.writeUInt32LE(((state >>> 16) & 0xffff) * 0x101, at);
  }
  return content;
}
