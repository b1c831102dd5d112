/** Zips made to harm whoever reads them, each with what its refusal must say. */
import { constants, deflateRawSync } from 'node:zlib';
import { binaryXml, type Node } from './binary-xml.ts';
import { type ZipPart, zipFile } from './zip-file.ts';

const MIB = 1024 * 1024;
const MANIFEST: ZipPart = {
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

function zip64(): Buffer {
  const record = Buffer.alloc(56 + 20);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(1_000_000n, 32);
  record.writeBigUInt64LE(2n ** 62n, 40);
  record.writeUInt32LE(0x07064b50, 56);
  return zipFile([MANIFEST], { beforeEnd: record, entryCount: 0xffff, directorySize: 0, directoryOffset: 0 });
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
    ['zip64 with sizes of its own', zip64(), 'zip64'],
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
