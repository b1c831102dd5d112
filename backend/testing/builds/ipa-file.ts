/** Small IPAs and XCTest zips for tests. */
import { type ZipPart, zipFile } from '../apks/zip-file.ts';
import { binaryPlist, type Plain, xmlPlist } from './plist-file.ts';

type Ipa = {
  info?: Record<string, Plain>;
  /** Info.plist in place of one with `info`. */
  infoPlist?: Uint8Array;
  profile?: Record<string, Plain>;
  /** Where `Payload/` stands. */
  above?: string;
  name?: string;
};

const INFO = {
  CFBundleIdentifier: 'com.example.shop',
  CFBundleName: 'Shop',
  CFBundleShortVersionString: '4.12.0',
  CFBundleVersion: '412',
  CFBundleExecutable: 'Shop',
  MinimumOSVersion: '16.0',
  UIDeviceFamily: [1, 2],
};

/** 64-bit ARM alone. */
const EXECUTABLE = Buffer.from('cffaedfe0c0000010000000002000000', 'hex');

export function ipaFile(ipa: Ipa = {}, parts: ZipPart[] = []): Buffer {
  const folder = `${ipa.above ?? ''}Payload/${ipa.name ?? 'Shop'}.app/`;
  const profile = ipa.profile && signed(xmlPlist(ipa.profile));
  return zipFile([
    { name: folder },
    { name: `${folder}Info.plist`, content: ipa.infoPlist ?? binaryPlist({ ...INFO, ...ipa.info }) },
    { name: `${folder}Shop`, content: EXECUTABLE },
    ...(profile ? [{ name: `${folder}embedded.mobileprovision`, content: profile }] : []),
    ...parts,
  ]);
}

export function xctestZip(testRun: Record<string, Plain> | Uint8Array, parts: ZipPart[] = []): Buffer {
  const content = testRun instanceof Uint8Array ? testRun : xmlPlist(testRun);
  return zipFile([
    { name: 'Shop_iphoneos17.2-arm64.xctestrun', content },
    { name: 'Debug-iphoneos/ShopUITests-Runner.app/PlugIns/ShopUITests.xctest/Info.plist', content: xmlPlist({}) },
    ...parts,
  ]);
}

/** As Apple's tools write it: BER with open lengths, the content in one piece, no signer. */
export function signed(content: Uint8Array): Buffer {
  const data = Buffer.from('06092a864886f70d010701', 'hex');
  const signedData = Buffer.from('06092a864886f70d010702', 'hex');
  const inner = open(0x30, data, open(0xa0, open(0x24, primitive(0x04, content))));
  return open(0x30, signedData, open(0xa0, open(0x30, primitive(0x02, Buffer.from([1])), primitive(0x31), inner)));
}

function open(tag: number, ...parts: Uint8Array[]): Buffer {
  return Buffer.concat([Buffer.from([tag, 0x80]), ...parts, Buffer.from([0, 0])]);
}

function primitive(tag: number, content: Uint8Array = Buffer.alloc(0)): Buffer {
  const head = Buffer.from([tag, 0x84, 0, 0, 0, 0]);
  head.writeUInt32BE(content.length, 2);
  return Buffer.concat([head, content]);
}
