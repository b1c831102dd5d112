/** `MANIFEST.MF` and `.SF` files: sections of named attributes. Source: the JAR file specification. */
import { createHash } from 'node:crypto';

export type JarSection = {
  /** The bytes as they stand in the file, the blank line included: what a `.SF` digests. */
  bytes: Buffer;
  /** Names in lower case. */
  attributes: ReadonlyMap<string, string>;
};

const DIGESTS: readonly (readonly [string, string])[] = [
  ['sha-512', 'sha512'],
  ['sha-384', 'sha384'],
  ['sha-256', 'sha256'],
  ['sha1', 'sha1'],
  ['sha-1', 'sha1'],
];

/** The first section is the main one. */
export function readSections(file: Buffer): JarSection[] {
  const sections: JarSection[] = [];
  let start = 0;
  for (let at = 0; at < file.length; ) {
    const blank = blankLineAfter(file, at);
    at = blank;
    sections.push(readSection(file.subarray(start, at)));
    start = at;
  }
  return sections;
}

/** Where the next section begins: behind the blank line, or at the end. */
function blankLineAfter(file: Buffer, from: number): number {
  let lineStart = from;
  while (lineStart < file.length) {
    const feed = file.indexOf(0x0a, lineStart);
    const end = feed === -1 ? file.length : feed + 1;
    const blank = file.subarray(lineStart, end).every((byte) => byte === 0x0a || byte === 0x0d);
    lineStart = end;
    if (blank) return end;
  }
  return file.length;
}

function readSection(bytes: Buffer): JarSection {
  const attributes = new Map<string, string>();
  // A line that begins with a space goes on with the one before.
  const lines = bytes
    .toString('utf8')
    .replace(/\r\n? |\n /g, '')
    .split(/\r\n?|\n/);
  for (const line of lines) {
    const colon = line.indexOf(': ');
    if (colon > 0) attributes.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 2));
  }
  return { bytes, attributes };
}

/** The digests that a section declares under names ending in `suffix`, such as `-digest`. */
export function declaredDigests(section: JarSection, suffix: string): { algorithm: string; value: string }[] {
  return DIGESTS.flatMap(([name, algorithm]) => {
    const value = section.attributes.get(`${name}${suffix}`);
    return value === undefined ? [] : [{ algorithm, value }];
  });
}

export function digestOf(algorithm: string, bytes: Buffer): string {
  return createHash(algorithm).update(bytes).digest('base64');
}
