import { expect, test } from '@jest/globals';
import { readProtoResources } from '../aab/proto-resources.ts';
import { parseProtoXml } from '../aab/proto-xml.ts';
import { readPlist } from '../ios/plist.ts';
import { readProvisioning } from '../ios/provisioning.ts';
import { manifestNode } from '../testing/apks/apk-file.ts';
import { protoResources, protoXml } from '../testing/builds/aab-file.ts';
import { signed } from '../testing/builds/ipa-file.ts';
import { binaryPlist, xmlPlist } from '../testing/builds/plist-file.ts';

const list = {
  text: 'a',
  'other script': '演示',
  list: [1, true, new Date(0)],
  data: Buffer.from('x'),
  inner: { a: 'b' },
};
const table = protoResources([{ id: 0x7f010000, value: 'a', locale: 'de', density: 320 }]);

test('both forms of a property list give the same', () => {
  expect(readPlist(binaryPlist(list), 'a')).toEqual(readPlist(xmlPlist(list), 'a'));
  expect(readPlist(xmlPlist(list), 'a').get('other script')).toBe('演示');
});

test.each<[string, (bytes: Buffer) => unknown, Buffer]>([
  ['a binary property list', (bytes) => readPlist(bytes, 'a'), binaryPlist(list)],
  ['an XML property list', (bytes) => readPlist(bytes, 'a'), xmlPlist({ a: ['b'] })],
  ['a profile', readProvisioning, signed(xmlPlist({ Name: 'x' }))],
  ['a bundle’s manifest', parseProtoXml, protoXml(manifestNode())],
  ['a bundle’s table', (bytes) => readProtoResources(bytes).files(0x7f010000), table],
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
