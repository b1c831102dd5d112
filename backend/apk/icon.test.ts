import { describe, expect, test } from '@jest/globals';
import { apkFile, manifestNode, sourceOf } from '../testing/apks/apk-file.ts';
import { binaryXml } from '../testing/apks/binary-xml.ts';
import { aabFile, protoResources, protoXml } from '../testing/builds/aab-file.ts';
import { ipaFile } from '../testing/builds/ipa-file.ts';
import { pngFile, webpFile } from '../testing/builds/picture-file.ts';
import { readBuild } from './read-build.ts';

const ICON = 0x7f010000;
const FOREGROUND = 0x7f010001;
const IOS_ICON = { CFBundleIcons: { CFBundlePrimaryIcon: { CFBundleIconFiles: ['AppIcon60x60'] } } };

async function iconOf(bytes: Uint8Array) {
  const build = await readBuild(sourceOf(bytes));
  return 'icon' in build ? build.icon && { type: build.icon.type, bytes: Buffer.from(build.icon.bytes) } : null;
}

const withIcon = (content: Uint8Array) =>
  apkFile({ application: { icon: 'res/icon.png' } }, [{ name: 'res/icon.png', content, method: 0 }]);

describe('an icon', () => {
  test.each([
    ['image/png', pngFile(48, 48)],
    ['image/webp', webpFile(48, 48)],
  ])('of the type %s is told by its bytes', async (type, bytes) => {
    expect(await iconOf(withIcon(bytes))).toEqual({ type, bytes });
  });

  test.each([
    ['a drawing that runs scripts', Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')],
    ['a page', Buffer.from('<html><script>alert(1)</script>')],
    ['a picture that fills the memory', pngFile(1, 2000)],
    ['a WebP of many pixels', webpFile(16_000, 16_000)],
    ['a picture without a side', pngFile(1, 0)],
    ['a file over 64 KiB', Buffer.concat([pngFile(4, 4), Buffer.alloc(70_000)])],
    ['the head of a picture', pngFile(4, 4).subarray(0, 20)],
    ['nothing', Buffer.alloc(0)],
  ])('that is %s is none', async (_, bytes) => {
    expect(await iconOf(withIcon(bytes))).toBeNull();
  });

  test('is the smallest that is large enough, wherever its module keeps it', async () => {
    const densities = [160, 240, 320, 480, 640];
    const table = protoResources(
      densities.map((density) => ({ id: ICON, density, value: `res/mipmap-${density}/icon.png` })),
    );
    const node = manifestNode({ application: { icon: { reference: ICON } } });
    const bytes = aabFile({ base: node }, [
      { name: 'base/resources.pb', content: table },
      ...densities.map((density) => ({
        name: `base/res/mipmap-${density}/icon.png`,
        content: pngFile(density / 10, density / 10),
      })),
    ]);
    expect(await iconOf(bytes)).toMatchObject({ bytes: pngFile(32, 32) });
  });

  test('that is adaptive gives its foreground', async () => {
    const table = protoResources([
      { id: ICON, value: 'res/icon.xml' },
      { id: FOREGROUND, value: 'res/front.webp' },
    ]);
    const adaptive = {
      name: 'adaptive-icon',
      children: [{ name: 'foreground', attributes: { drawable: { reference: FOREGROUND } } }],
    };
    const node = manifestNode({ application: { icon: { reference: ICON } } });
    const bytes = aabFile({ base: node }, [
      { name: 'base/resources.pb', content: table },
      { name: 'base/res/icon.xml', content: protoXml(adaptive) },
      { name: 'base/res/front.webp', content: webpFile(9, 9) },
    ]);
    expect(await iconOf(bytes)).toMatchObject({ type: 'image/webp' });
  });

  test('that is XML of another kind is none, and refuses nothing', async () => {
    const vector = binaryXml({ name: 'vector' });
    const parts = [{ name: 'res/icon.xml', content: vector }];
    expect(await iconOf(apkFile({ application: { icon: 'res/icon.xml' } }, parts))).toBeNull();
    const damaged = [{ name: 'res/icon.xml', content: 'no XML' }];
    expect(await iconOf(apkFile({ application: { icon: 'res/icon.xml' } }, damaged))).toBeNull();
  });

  test('in Apple’s own form becomes a plain one', async () => {
    const content = pngFile(60, 60, { apple: true });
    const bytes = ipaFile({ info: IOS_ICON }, [{ name: 'Payload/Shop.app/AppIcon60x60@2x.png', content }]);
    expect(await iconOf(bytes)).toEqual({ type: 'image/png', bytes: pngFile(60, 60) });
  });

  test('in Apple’s own form that inflates to more than it has is none', async () => {
    const content = pngFile(60, 60, { apple: true });
    content.writeUInt32BE(3, 8 + 16 + 8);
    const bytes = ipaFile({ info: IOS_ICON }, [{ name: 'Payload/Shop.app/AppIcon60x60@2x.png', content }]);
    expect(await iconOf(bytes)).toBeNull();
  });
});
