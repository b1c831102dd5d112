/** AABs, IPAs, XCTest zips and flows made to harm whoever reads them, each with what its refusal must say. */
import { manifestNode } from '../apks/apk-file.ts';
import type { Node } from '../apks/binary-xml.ts';
import { deflatedZeros } from '../apks/hostile-zips.ts';
import { type ZipPart, zipFile } from '../apks/zip-file.ts';
import { aabFile } from './aab-file.ts';
import { ipaFile, signed, xctestZip } from './ipa-file.ts';
import { binaryObjects, binaryPlist, binaryReferences, xmlPlist } from './plist-file.ts';
import { field, message, varint } from './protobuf.ts';

const MIB = 1024 * 1024;
const SYMLINK = 0o120777 * 0x10000;
const ascii = (text: string) => Buffer.concat([Buffer.from([0x50 + text.length]), Buffer.from(text)]);

type Hostile = [what: string, bytes: Buffer, refusal: string];

/** What can be done to any zip, done to one of each kind that `whole` makes with more parts. */
function zips(kind: string, whole: (parts: ZipPart[]) => Buffer, twice: string): Hostile[] {
  const bomb = { name: 'a/bomb', compressed: deflatedZeros(300), inflatedSize: 300 * MIB };
  return [
    [`${kind} with a bomb`, whole([bomb]), 'zip bomb'],
    [`${kind} with a name that climbs`, whole([{ name: '../../etc/passwd' }]), 'leads out of it'],
    [
      `${kind} with a symbolic link`,
      whole([{ name: 'x', content: '/etc', externalAttributes: SYMLINK }]),
      'symbolic link',
    ],
    [`${kind} with a name twice`, whole([{ name: twice }]), 'two entries named'],
  ];
}

/** Stored, so that no bound of the zip comes before those of the list. */
const plist = (bytes: Uint8Array | string) => ipaWith({ content: Buffer.from(bytes), method: 0 });
const PLIST_HEAD = '<?xml version="1.0"?>';

function laughs(): string {
  const entities = Array.from({ length: 30 }, (_, i) => `<!ENTITY l${i + 1} "&l${i};&l${i};&l${i};&l${i};">`);
  const type = `<!DOCTYPE plist [<!ENTITY l0 "ha">${entities.join('')}]>`;
  return `${PLIST_HEAD}${type}<plist><dict><key>CFBundleIdentifier</key><string>&l30;</string></dict></plist>`;
}

/** Thirty arrays, each of which names the next one twice: 2^30 values for who follows each. */
function doubled(): Buffer {
  const arrays = Array.from({ length: 30 }, (_, i) => binaryReferences(0xa, [i + 3, i + 3]));
  return binaryObjects([binaryReferences(0xd, [1, 2]), ascii('k'), ...arrays, ascii('end')]);
}

function infoPlists(): Hostile[] {
  const wide = Array.from({ length: 60_000 }, () => 1);
  const outside = binaryReferences(0xd, [1, 900]);
  return [
    ['an Info.plist with a billion laughs', plist(laughs()), 'declares entities'],
    [
      'an Info.plist with an outside entity',
      plist(`${PLIST_HEAD}<!DOCTYPE plist [<!ENTITY x SYSTEM "file:///etc/passwd">]><plist><dict/></plist>`),
      'declares entities',
    ],
    ['an Info.plist nested deeply', plist(`${PLIST_HEAD}<plist>${'<array>'.repeat(200_000)}`), 'nested too deeply'],
    [
      'an Info.plist of many values',
      plist(`${PLIST_HEAD}<plist><array>${'<true/>'.repeat(200_000)}`),
      'too many values',
    ],
    ['an Info.plist that is cut off', plist(`${PLIST_HEAD}<plist><dict>`), 'damaged'],
    ['an Info.plist of nothing', plist(''), 'damaged'],
    ['an Info.plist that is a list', plist(xmlPlist(['a'])), 'with a dictionary'],
    ['an Info.plist in UTF-16', plist(Buffer.from(`\ufeff${PLIST_HEAD}<plist/>`, 'utf16le')), 'damaged'],
    ['an Info.plist of 300 MB', ipaWith({ compressed: deflatedZeros(300), inflatedSize: 300 * MIB }), 'zip bomb'],
    ['an Info.plist of 3 MB', ipaWith({ content: Buffer.alloc(3 * MIB), method: 0 }), 'at most 2097152 are read'],
    [
      'a binary Info.plist that holds itself',
      plist(binaryObjects([binaryReferences(0xd, [1, 0]), ascii('k')])),
      'holds itself',
    ],
    ['a binary Info.plist whose key is itself', plist(binaryObjects([binaryReferences(0xd, [0, 0])])), 'holds itself'],
    ['a binary Info.plist that doubles', plist(doubled()), 'names no valid bundle identifier'],
    ['a binary Info.plist of many values', plist(binaryPlist({ a: wide })), 'too many values'],
    [
      'a binary Info.plist that counts to 4 billion',
      plist(binaryObjects([], { count: 0xffffffff })),
      'too many values',
    ],
    ['a binary Info.plist that points outside', plist(binaryObjects([outside, ascii('k')])), 'damaged'],
    ['a binary Info.plist that is cut off', plist(binaryPlist({ a: 'b' }).subarray(0, 12)), 'damaged'],
    [
      'a binary Info.plist nested deeply',
      plist(binaryObjects(Array.from({ length: 5000 }, (_, i) => binaryReferences(0xa, [i + 1])))),
      'nested too deeply',
    ],
    ['a text longer than the list', plist(binaryObjects([Buffer.from('5f127fffffff', 'hex')])), 'damaged'],
    ['a bundle id with markup', ipaFile({ info: { CFBundleIdentifier: '<script>' } }), 'no valid bundle identifier'],
  ];
}

function ipaWith(part: Partial<ZipPart>): Buffer {
  return zipFile([{ name: 'Payload/Shop.app/Info.plist', ...part }]);
}

function profiles(): Hostile[] {
  const withProfile = (content: Uint8Array) =>
    ipaFile({}, [{ name: 'Payload/Shop.app/embedded.mobileprovision', content }]);
  const deep = Buffer.concat(Array.from({ length: 50_000 }, () => Buffer.from([0x30, 0x80])));
  return [
    ['two apps in an IPA', ipaFile({}, [{ name: 'Payload/Other.app/Info.plist' }]), 'exactly one app'],
    ['a profile that is none', withProfile(Buffer.from('a text')), 'embedded.mobileprovision is damaged'],
    ['a profile nested deeply', withProfile(deep), 'nested too deeply'],
    ['a profile longer than its file', withProfile(Buffer.from('3084ffffffff00', 'hex')), 'is damaged'],
    ['a profile with a billion laughs', withProfile(signed(Buffer.from(laughs()))), 'declares entities'],
    ['a profile of 2 MB', withProfile(Buffer.alloc(2 * MIB, 1)), 'zip bomb'],
  ];
}

function testRuns(): Hostile[] {
  return [
    ['a .xctestrun with a billion laughs', xctestZip(Buffer.from(laughs())), 'declares entities'],
    ['a .xctestrun of nothing', xctestZip({}), 'names no test target'],
    [
      'many .xctestrun files',
      xctestZip(
        { A: { TestBundlePath: 'a' } },
        Array.from({ length: 9 }, (_, i) => ({ name: `${i}.xctestrun` })),
      ),
      'give one',
    ],
  ];
}

const flow = (front: string) => zipFile([{ name: 'login.yaml', content: `${front}\n---\n- launchApp\n`, method: 0 }]);

function flows(): Hostile[] {
  const aliases = Array.from({ length: 30 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}, *a${i}, *a${i}]`);
  return [
    ['a flow with an alias bomb', flow(`appId: x\na0: &a0 ha\n${aliases.join('\n')}\ntags: *a30`), 'not YAML'],
    ['a flow nested deeply', flow(`appId: x\nname: ${'['.repeat(20_000)}`), 'not YAML'],
    ['a flow nested deeply in blocks', flow(`appId: x\nname:\n  ${'- '.repeat(12_000)}x`), 'not YAML'],
    ['a flow with a long front', flow(`appId: x\n${'# more\n'.repeat(10_000)}`), 'over 32 KiB before its steps'],
    ['a flow that is a text', flow('appId: x\n'.repeat(3)), 'not YAML'],
    [
      'too many flows',
      zipFile(Array.from({ length: 600 }, (_, i) => ({ name: `${i}.yaml`, content: 'appId: x\n---\n' }))),
      'too many flows',
    ],
  ];
}

function bundles(): Hostile[] {
  const manifest = (content: Uint8Array) =>
    zipFile([{ name: 'BundleConfig.pb' }, { name: 'base/manifest/AndroidManifest.xml', content, method: 0 }]);
  const nested = (depth: number): Node => (depth === 0 ? { name: 'x' } : { name: 'x', children: [nested(depth - 1)] });
  const many = { name: 'manifest', children: Array.from({ length: 21_000 }, () => ({ name: 'y' })) };
  const modules = Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`m${i}`, manifestNode()]));
  return [
    ['a manifest of huge lengths', manifest(Buffer.concat([varint(10), varint(2 ** 52), Buffer.from('x')])), 'damaged'],
    ['a manifest whose number has no end', manifest(Buffer.alloc(64, 0xff)), 'damaged'],
    ['a manifest of a group', manifest(Buffer.from([0x0b])), 'damaged'],
    ['a bundle manifest that is cut off', manifest(Buffer.from([0x0a, 0x05, 0x1a])), 'damaged'],
    ['a bundle manifest of nothing', manifest(Buffer.alloc(0)), 'no element'],
    ['a bundle manifest nested deeply', aabFile({ base: nested(500) }), 'too deeply'],
    ['a bundle manifest of many elements', aabFile({ base: many }), 'too many elements'],
    ['a bundle manifest without a package', aabFile({ base: { name: 'manifest' } }), 'no valid package'],
    ['a bundle of 300 modules', aabFile({ base: manifestNode(), ...modules }), 'too many modules'],
    [
      'a bundle whose table has huge lengths',
      aabFile(undefined, [{ name: 'base/resources.pb', content: Buffer.concat([varint(18), varint(2 ** 40)]) }]),
      'resources.pb is damaged',
    ],
    [
      'a bundle whose table has many types',
      aabFile(undefined, [{ name: 'base/resources.pb', content: field(2, message(...manyTypes())), method: 0 }]),
      'too many types',
    ],
  ];
}

function manyTypes(): Buffer[] {
  return Array.from({ length: 20_000 }, () => field(3, Buffer.alloc(0)));
}

export function hostileBuilds(): Hostile[] {
  const fine = { A: { TestBundlePath: 'a' } };
  return [
    ...zips('an AAB', (parts) => aabFile(undefined, parts), 'BundleConfig.pb'),
    ...zips('an IPA', (parts) => ipaFile({}, parts), 'Payload/Shop.app/Info.plist'),
    ...zips('an XCTest zip', (parts) => xctestZip(fine, parts), 'Shop_iphoneos17.2-arm64.xctestrun'),
    ...zips('a zip of flows', (parts) => zipFile([{ name: 'a.yaml', content: 'appId: x\n---\n' }, ...parts]), 'a.yaml'),
    ...bundles(),
    ...infoPlists(),
    ...profiles(),
    ...testRuns(),
    ...flows(),
  ];
}
