import { createDecipheriv, createHash, createHmac, createSecretKey, hkdfSync } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ByteReader } from './byte-reader.ts';
import { deriveMessageKeys, hkdfExpand, sealChunks } from './cobblestone.ts';
import { decrypt, decryptBytes, encrypt, encryptBytes } from './cobblestone-stream.ts';
import { SealBroken } from './port.ts';
import { bytesOf, collect, cut, fixedBytes } from './sample-streams.ts';

const CHUNK = 16 * 1024;
const key = createSecretKey(fixedBytes(32, 'key'));
const salt = fixedBytes(24, 'salt');
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** Lengths around every boundary: of a chunk, of the 16 chunks that are worked on in one go, and of two of those. */
const boundaries = [0, 1, 2, 15, 16, 17]
  .flatMap((chunks) => [chunks, chunks + 16])
  .flatMap((chunks) => [-17, -16, -1, 0, 1, 16, 17].map((extra) => chunks * CHUNK + extra))
  .filter((length) => length >= 0);
const lengths = fc.oneof(fc.constantFrom(...boundaries), fc.nat({ max: 40 * CHUNK }));
const cuts = fc.array(fc.integer({ min: 0, max: 5 * CHUNK }), { maxLength: 12 });

describe('HKDF-Expand', () => {
  test('is what Node’s HKDF does after its Extract', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 80 }),
        fc.uint8Array({ maxLength: 80 }),
        fc.uint8Array({ maxLength: 200 }),
        fc.integer({ min: 1, max: 500 }),
        (input, extractSalt, info, length) => {
          const extracted = createHmac('sha512', extractSalt).update(input).digest();
          const expected = Buffer.from(hkdfSync('sha512', input, extractSalt, info, length));
          expect(hkdfExpand(createSecretKey(extracted), info, length).equals(expected)).toBe(true);
        },
      ),
    );
  });
});

describe('Cobblestone-256', () => {
  // Computed once with another implementation: Go's crypto/hkdf and crypto/cipher, after the published text.
  test.each([
    [0, '50f8f773078431fa3f099fff1a27477e3650ed31efd8060e8eb39554597d9448'],
    [1, '72d94d78f08b1254f1bd0202ea6b4bc7220fc02b38f98f354408aeba5badb152'],
    [1024, '985932e029904666fef090ea8780b4eabff603cefe874816dc9e0b3ab2344096'],
    [16383, '66bd5130bae4c7a98034be4292b9f43180f9697cf385e6cc199ac602b376de0e'],
    [16384, '70b354ac1ebeb0d016b49510c5895f6b978b3e0217285269176abb82e1dadbce'],
    [20480, '1d249f13d7de9bc8fa490e6fda581a0f2db5240afc16c092baa9bde41e465a03'],
    [245760, '9e6eff89084a28571e03984db3d179fff22e08cbcb978577f6967038505b5af6'],
    [245761, '3d9bfff14cb739aa9972e5e6c32b85dbd776943a98cb903512c8de06b7fef691'],
    [1000000, '1801a30e477fef4d5a11da24002cf67d80a8a1a6222fb137de698d8d9d449d8a'],
  ])('writes these very bytes for a message of %i', async (length, digest) => {
    const sealed = await collect(encrypt(key, 'context', cut(bytesOf(length), []), salt));
    expect(sealed.subarray(0, 24).equals(salt)).toBe(true);
    expect(sealed.subarray(24, 56).toString('hex')).toBe(
      '6c2e65480980c998cf488c5f310fda1e67a10789effd3a71fbb32a93057b8e62',
    );
    expect(sha256(sealed)).toBe(digest);
  });

  test('counts chunks beyond 32 bits into the nonce, and stops at 2^38', () => {
    const message = deriveMessageKeys(key, salt, 'context');
    for (const number of [1, 2 ** 32 - 1, 2 ** 32, 2 ** 35 + 77, 2 ** 38 - 1]) {
      const sealed = sealChunks(message, number, bytesOf(5), true);
      const nonce = BigInt(`0x${message.baseNonce.toString('hex')}`) ^ BigInt(number);
      const iv = Buffer.from(nonce.toString(16).padStart(24, '0'), 'hex');
      const decipher = createDecipheriv('aes-256-gcm', message.key, iv, { authTagLength: 16 });
      decipher.setAuthTag(sealed.subarray(5));
      expect(Buffer.concat([decipher.update(sealed.subarray(0, 5)), decipher.final()]).equals(bytesOf(5))).toBe(true);
    }
    expect(() => sealChunks(message, 2 ** 38, bytesOf(5), true)).toThrow(RangeError);
  });

  test('opens what it sealed, however both were cut into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(lengths, cuts, cuts, async (length, plaintextCuts, sealedCuts) => {
        const plaintext = bytesOf(length);
        const sealed = await collect(encrypt(key, 'context', cut(plaintext, plaintextCuts)));
        expect(sealed).toHaveLength(56 + length + (Math.floor(length / CHUNK) + 1) * 16);
        const opened = await collect(decrypt(key, 'context', new ByteReader(cut(sealed, sealedCuts))));
        expect(opened.equals(plaintext)).toBe(true);
        expect(decryptBytes(key, 'context', sealed).equals(plaintext)).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test('seals the same bytes in memory as in a stream', async () => {
    for (const length of [0, 1, CHUNK - 1, CHUNK, 20 * CHUNK + 5]) {
      const sealed = encryptBytes(key, 'context', bytesOf(length));
      const streamed = await collect(encrypt(key, 'context', cut(bytesOf(length), []), sealed.subarray(0, 24)));
      expect(sealed.equals(streamed)).toBe(true);
    }
  });

  test('never seals the same bytes twice alike', () => {
    expect(encryptBytes(key, 'c', bytesOf(100)).equals(encryptBytes(key, 'c', bytesOf(100)))).toBe(false);
  });

  test('refuses a message with any bit flipped', async () => {
    const short = encryptBytes(key, 'context', bytesOf(40));
    for (let bit = 0; bit < short.length * 8; bit++) {
      const altered = Buffer.from(short);
      altered[bit >> 3]! ^= 1 << (bit & 7);
      expect(() => decryptBytes(key, 'context', altered)).toThrow(SealBroken);
    }
    const long = encryptBytes(key, 'context', bytesOf(17 * CHUNK + 9));
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: long.length - 1 }), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
        const altered = Buffer.from(long);
        altered[at]! ^= mask;
        await expect(collect(decrypt(key, 'context', new ByteReader(cut(altered, [1000]))))).rejects.toThrow(
          SealBroken,
        );
      }),
      { numRuns: 100 },
    );
  });

  test('refuses a message cut short at any byte near a boundary, and anywhere else', async () => {
    const sealed = encryptBytes(key, 'context', bytesOf(32 * CHUNK));
    const ends = Array.from({ length: 33 }, (_, chunk) => 56 + chunk * (CHUNK + 16))
      .flatMap((boundary) => [-17, -16, -15, -1, 0, 1, 15, 16, 17].map((extra) => boundary + extra))
      .concat(Array.from({ length: 73 }, (_, i) => i))
      .filter((end) => end < sealed.length);
    for (const end of ends) {
      await expect(collect(decrypt(key, 'context', new ByteReader(cut(sealed.subarray(0, end), []))))).rejects.toThrow(
        SealBroken,
      );
      expect(() => decryptBytes(key, 'context', sealed.subarray(0, end))).toThrow(SealBroken);
    }
  });

  test('refuses a message with bytes added, chunks swapped, repeated or left out', () => {
    const sealed = encryptBytes(key, 'context', bytesOf(3 * CHUNK + 5));
    const at = (index: number) => 56 + index * (CHUNK + 16);
    const chunk = (index: number) => sealed.subarray(at(index), at(index + 1));
    const prefix = sealed.subarray(0, 56);
    for (const order of [[1, 0, 2, 3], [0, 0, 1, 2, 3], [0, 2, 3], [0, 1, 2, 3, 3], [3]]) {
      expect(() => decryptBytes(key, 'context', Buffer.concat([prefix, ...order.map(chunk)]))).toThrow(SealBroken);
    }
    expect(() => decryptBytes(key, 'context', Buffer.concat([sealed, Buffer.alloc(1)]))).toThrow(SealBroken);
    expect(() => decryptBytes(key, 'context', Buffer.concat([sealed, sealed]))).toThrow(SealBroken);
  });

  test('refuses another key and another context before it opens a chunk', () => {
    const sealed = encryptBytes(key, 'context', bytesOf(40));
    const other = createSecretKey(fixedBytes(32, 'other'));
    expect(() => decryptBytes(other, 'context', sealed)).toThrow('another key, or for another place');
    for (const context of ['', 'contex', 'context ', 'Context']) {
      expect(() => decryptBytes(key, context, sealed)).toThrow('another key, or for another place');
    }
  });

  test('releases no byte of a block that holds an altered chunk', async () => {
    const sealed = encryptBytes(key, 'context', bytesOf(40 * CHUNK));
    sealed[56 + 20 * (CHUNK + 16)]! ^= 1;
    let released = 0;
    const reading = (async () => {
      for await (const piece of decrypt(key, 'context', new ByteReader(cut(sealed, [])))) released += piece.length;
    })();
    await expect(reading).rejects.toThrow('chunk 20');
    expect(released).toBe(16 * CHUNK);
  });

  test('passes on what the source fails with, and closes a source that is left early', async () => {
    let closed = 0;
    async function* source(fails: boolean) {
      try {
        yield bytesOf(20 * CHUNK);
        if (fails) throw new Error('the client went away');
        for (;;) yield bytesOf(CHUNK);
      } finally {
        closed++;
      }
    }
    await expect(collect(encrypt(key, 'context', source(true)))).rejects.toThrow('the client went away');
    for await (const piece of encrypt(key, 'context', source(false))) if (piece.length > 1000) break;
    expect(closed).toBe(2);
  });

  test('refuses keys and salts of another length', () => {
    expect(() => deriveMessageKeys(createSecretKey(Buffer.alloc(16)), salt, '')).toThrow(RangeError);
    expect(() => deriveMessageKeys(key, salt.subarray(1), '')).toThrow(RangeError);
  });
});
