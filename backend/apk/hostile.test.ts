import { describe, expect, test } from '@jest/globals';
import { apkFile, sourceOf } from '../testing/apks/apk-file.ts';
import { binaryXml } from '../testing/apks/binary-xml.ts';
import { hostileZips, MANIFEST } from '../testing/apks/hostile-zips.ts';
import { type ZipPart, type ZipShape, zipFile } from '../testing/apks/zip-file.ts';
import { growth } from '../testing/growth.ts';
import { parseBinaryXml } from './binary-xml.ts';
import { readApk, readBuild } from './read-build.ts';
import { readResourceTable } from './resource-table.ts';

const MIB = 1024 * 1024;

describe('a hostile zip', () => {
  const zips = hostileZips();

  // Only names and numbers stand in the table: the test runner prints a table's cells, and these are megabytes.
  test.each(zips.map(([what], index) => [what, index] as const))(
    'with %s is refused, quickly and in little memory',
    async (_, index) => {
      const [, bytes, refusal] = zips[index] as (typeof zips)[number];
      // The first thread of a process pays for what all share.
      await readBuild(sourceOf(apkFile()));
      const began = performance.now();
      const grown = await growth(() =>
        expect(readBuild(sourceOf(bytes))).rejects.toMatchObject({
          code: 'invalid_artifact',
          message: expect.stringContaining(refusal),
        }),
      );
      expect(performance.now() - began).toBeLessThan(2000);
      expect(grown).toBeLessThan(64 * MIB);
    },
  );

  test('does not smuggle its names into the sentence', async () => {
    const name = `/\u202e\n${'x'.repeat(500)}`;
    const message = await readBuild(sourceOf(zipFile([{ name }]))).then(
      () => 'accepted',
      (error: Error) => error.message,
    );
    expect(message).toContain('leads out of it');
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(message.length).toBeLessThan(200);
  });
});

describe('what an honest zip may do', () => {
  test.each([
    ['a compression method that Android takes for deflate', { method: 21 }],
    ['folders and names in other scripts', { name: 'assets/演示 é.txt' }],
    ['an entry without content', { name: 'empty', content: '' }],
  ])('%s', async (_, part) => {
    const bytes = apkFile({}, [{ name: 'x', content: 'some text', ...part }]);
    await expect(readBuild(sourceOf(bytes))).resolves.toMatchObject({ container: 'apk' });
  });

  const large = { name: 'x', content: 'some text', zip64: true };
  test.each<[string, ZipPart[], ZipShape]>([
    ['its counts', [], { zip64: {} }],
    ['counts that stand in 32 bits too', [], { zip64: {}, entryCount: 1 }],
    ['the sizes of an entry', [large], {}],
    ['both', [large], { zip64: {} }],
  ])('64 bits for %s', async (_, parts, shape) => {
    const bytes = zipFile([MANIFEST, ...parts], shape);
    await expect(readBuild(sourceOf(bytes))).resolves.toMatchObject({ container: 'apk' });
  });

  test('more entries than 16 bits count', async () => {
    const parts = Array.from({ length: 70_000 }, (_, i): ZipPart => ({ name: `${i}`, method: 0 }));
    const bytes = zipFile([MANIFEST, ...parts], { zip64: {} });
    await expect(readApk(sourceOf(bytes))).resolves.toMatchObject({ contents: { entries: 70_001 } });
  });

  test('a comment as long as can be', async () => {
    const bytes = zipFile([MANIFEST], { comment: Buffer.alloc(0xffff, 'x') });
    await expect(readBuild(sourceOf(bytes))).resolves.toMatchObject({ container: 'apk' });
  });
});

test.each([
  [
    'binary XML',
    parseBinaryXml,
    binaryXml({ name: 'manifest', attributes: { package: 'a.b' }, children: [{ name: 'x' }] }),
  ],
  [
    'a resource table',
    readResourceTable,
    Buffer.from('0200 0c00 1c00 0000 0000 0000 0100 1c00 1000 0000'.replaceAll(' ', ''), 'hex'),
  ],
])('%s with any byte changed or missing is read or refused, never worse', (_, parse, bytes) => {
  for (let at = 0; at < bytes.length; at++) {
    for (const damaged of [bytes.subarray(0, at), ...[0, 1, 0x7f, 0xff].map((value) => replaced(bytes, at, value))]) {
      try {
        parse(damaged);
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid_artifact' });
      }
    }
  }
});

function replaced(bytes: Buffer, at: number, value: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = value;
  return copy;
}
