/** Base 62 text for random parts and checksums: one word to a double click, safe in a URL and a file name. */
import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Uniformly random base 62 characters. */
export function randomBase62(length: number): string {
  let text = '';
  while (text.length < length) text += base62Of(randomBytes(length * 2), length - text.length);
  return text;
}

/**
 * At most so many base 62 characters from bytes: one of 248 or more is thrown away, so that no character is likelier, and
 * of few bytes there may be fewer characters.
 */
export function base62Of(bytes: Uint8Array, most: number): string {
  let text = '';
  for (const byte of bytes) {
    if (byte < 248 && text.length < most) text += ALPHABET[byte % 62];
  }
  return text;
}

/** Six base 62 characters of CRC-32, enough for a scanner to tell a token from look-alikes without asking anybody. */
export function checksum(text: string): string {
  let rest = crc32(text);
  let digits = '';
  for (let i = 0; i < 6; i++) {
    digits = ALPHABET[rest % 62] + digits;
    rest = Math.floor(rest / 62);
  }
  return digits;
}
