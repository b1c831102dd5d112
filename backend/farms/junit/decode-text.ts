/** Bytes of an XML document as text: by its byte order mark, then its declaration, else UTF-8. Wrong bytes are an error. */

/** ASCII as far as it must be, whatever the encoding is. */
const DECLARATION = /^<\?xml\s[^>]{0,200}?\bencoding\s*=\s*["']([\w.-]{1,40})["']/;

/** @throws Error for an encoding that is not known, RangeError and TypeError for bytes that are not in it */
export function createTextDecoder(head: Uint8Array): InstanceType<typeof TextDecoder> {
  const [first = 0, second = 0, third = 0] = head;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le', { fatal: true });
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be', { fatal: true });
  const isMarked = first === 0xef && second === 0xbb && third === 0xbf;
  const declared = DECLARATION.exec(Buffer.from(head.subarray(isMarked ? 3 : 0, 256)).toString('latin1'))?.[1];
  // What calls itself UTF-16 and is read as ASCII so far is not.
  const label = declared && !isMarked && !/^utf-?16/i.test(declared) ? declared : 'utf-8';
  return new TextDecoder(label, { fatal: true });
}
