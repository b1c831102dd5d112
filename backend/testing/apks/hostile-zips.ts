/** Zips made to harm whoever reads them, each with what its refusal must say. */
import { constants, deflateRawSync } from 'node:zlib';
import { binaryXml, type Node } from './binary-xml.ts';
import { type ZipPart, type ZipShape, zipFile } from './zip-file.ts';

const MIB = 1024 * 1024;
export const MANIFEST: ZipPart = {
  name: 'AndroidManifest.xml',
  content: binaryXml({ name: 'manifest', attributes: { package: 'a.b' } }),
};

/** Deflated zeros, about a thousandth of their size, made without ever holding them. */
export function deflatedZeros(mebibytes: number): Buffer {
  const piece = deflateRawSync(Buffer.alloc(MIB), { finishFlush: constants.Z_FULL_FLUSH });
  const lastBlock = Buffer.from([3, 0]);
  return Buffer.concat([...Array.from({ length: mebibytes }, () => piece), lastBlock]);
}

function bomb(name: string, mebibytes: number, more: Partial<ZipPart> = {}): ZipPart {
  return { name, compressed: deflatedZeros(mebibytes), inflatedSize: mebibytes * MIB, ...more };
}

function nested(depth: number): Node {
  return depth === 0 ? { name: 'x' } : { name: 'x', children: [nested(depth - 1)] };
}

function overlapping(): Buffer {
  const parts = Array.from(
    { length: 100 },
    (_, i): ZipPart => ({ name: `${i}`, compressedSize: 8, inflatedSize: 9, localOffset: 0 }),
  );
  return zipFile([MANIFEST, ...parts]);
}

/** Each entry within its own bounds, the whole beyond: 200 MiB in less than 2. */
function manyBombs(): Buffer {
  const parts = Array.from(
    { length: 210 },
    (_, i): ZipPart => ({
      name: `assets/${i}`,
      compressed: Buffer.concat([deflatedZeros(1), Buffer.alloc(5000)]),
      inflatedSize: MIB,
    }),
  );
  return zipFile([MANIFEST, ...parts]);
}

/** Zips of 64 bits whose records lie: about each other, or about the file. */
function zip64s(): [what: string, bytes: Buffer, refusal: string][] {
  const large = { name: 'x', content: 'some text', zip64: true };
  const claiming = (zip64: ZipShape['zip64'], more: ZipShape = {}) => zipFile([MANIFEST, large], { zip64, ...more });
  const contradict = 'zip64 records contradict';
  return [
    ['zip64 with a directory beyond the file', claiming({ directoryOffset: 2n ** 62n }), 'overlaps its end'],
    ['zip64 with a directory larger than the file', claiming({ directorySize: 2n ** 40n }), 'overlaps its end'],
    ['zip64 with a million entries', claiming({ entryCount: 1_000_000n }), 'at most 100000'],
    ['zip64 with an entry more', claiming({ entryCount: 3n }), 'cannot be read'],
    ['zip64 that counts differently in 16 bits', claiming({}, { entryCount: 1 }), contradict],
    ['zip64 whose directory lies elsewhere in 32 bits', claiming({}, { directoryOffset: 0 }), contradict],
    ['zip64 whose record lies elsewhere', claiming({ recordOffset: 4n }), contradict],
    ['zip64 whose record lies beyond the file', claiming({ recordOffset: 2n ** 63n }), contradict],
    [
      'zip64 with an entry of exabytes',
      zipFile([MANIFEST, { ...large, zip64InflatedSize: 2n ** 62n }], { zip64: {} }),
      'over 1 GiB',
    ],
    [
      'zip64 with an entry of another size in its local header',
      zipFile([{ ...MANIFEST, zip64: true, zip64InflatedSize: 9n }], { zip64: {} }),
      'in two places',
    ],
  ];
}

export function hostileZips(): [what: string, bytes: Buffer, refusal: string][] {
  const symlink = 0o120777 * 0x10000;
  return [
    ['a manifest of 600 MB', zipFile([bomb('AndroidManifest.xml', 600)]), 'zip bomb'],
    [
      'a manifest of 600 MB that says it is small',
      zipFile([bomb('AndroidManifest.xml', 600, { inflatedSize: 1000 })]),
      'cannot be read as declared',
    ],
    [
      'a manifest of 8 MB within the ratio',
      zipFile([{ name: 'AndroidManifest.xml', content: Buffer.alloc(8 * MIB), method: 0 }]),
      'at most 4194304 are read',
    ],
    ['a bomb beside a sound manifest', zipFile([MANIFEST, bomb('assets/x', 900)]), 'zip bomb'],
    ['an entry over 1 GiB', zipFile([MANIFEST, { name: 'x', inflatedSize: 0x7fffffff }]), 'over 1 GiB'],
    ['many bombs, each small', manyBombs(), 'too many for a file of'],
    ['entries that overlap', overlapping(), 'overlap'],
    ['two manifests', zipFile([MANIFEST, MANIFEST]), 'two entries named "AndroidManifest.xml"'],
    [
      'a symbolic link',
      zipFile([MANIFEST, { name: 'x', content: '/etc', externalAttributes: symlink }]),
      'symbolic link',
    ],
    ['a name that climbs', zipFile([MANIFEST, { name: 'a/../../b' }]), 'leads out of it'],
    ['an absolute name', zipFile([MANIFEST, { name: '/etc/passwd' }]), 'leads out of it'],
    ['a drive letter', zipFile([MANIFEST, { name: 'C:\\x' }]), 'leads out of it'],
    ['a backslash', zipFile([MANIFEST, { name: 'a\\b' }]), 'leads out of it'],
    ['a NUL in a name', zipFile([MANIFEST, { name: 'a\0b' }]), 'holds a NUL'],
    ['a name that is not UTF-8', zipFile([MANIFEST, { name: Buffer.from([0xc3, 0x28]) }]), 'not UTF-8'],
    ['an encrypted entry', zipFile([MANIFEST, { name: 'x', flags: 0x0801 }]), 'encrypted'],
    ...zip64s(),
    ['two names for the manifest', zipFile([{ ...MANIFEST, localName: 'BndroidManifest.xml' }]), 'in two places'],
    ['two sizes for the manifest', zipFile([{ ...MANIFEST, localInflatedSize: 9 }]), 'in two places'],
    [
      'a count that hides entries',
      zipFile([MANIFEST, { name: 'x' }], { entryCount: 1 }),
      'not of the size it declares',
    ],
    ['a directory that lies elsewhere', zipFile([MANIFEST], { directoryOffset: 3 }), 'cannot be read'],
    ['a directory behind its end', zipFile([MANIFEST], { directoryOffset: 0x7fffffff }), 'overlaps its end'],
    ['a directory in an entry', zipFile([{ ...MANIFEST, compressedSize: 5000 }]), 'reaches into its directory'],
    [
      'a manifest nested deeply',
      zipFile([{ name: 'AndroidManifest.xml', content: binaryXml(nested(200)) }]),
      'too deeply',
    ],
    [
      'a manifest of too many elements',
      zipFile([
        {
          name: 'AndroidManifest.xml',
          method: 0,
          content: binaryXml({ name: 'x', children: Array.from({ length: 21_000 }, () => ({ name: 'y' })) }),
        },
      ]),
      'too many elements',
    ],
  ];
}
