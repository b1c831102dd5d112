import { describe, expect, test } from '@jest/globals';
import { apiDemos, apkFile, sourceOf } from '../testing/apks/apk-file.ts';
import { dexFile } from '../testing/apks/dex-file.ts';
import { seededRandom } from '../testing/e2e/seeded-random.ts';
import { dexClasses } from './dex-classes.ts';
import { readApk, readDefinedClasses } from './read-build.ts';

const NAMES = ['com.example.AppTest', 'com.example.Outer$InnerTest', `com.example.${'L'.repeat(200)}`, 'Top'];

describe('the classes of a dex file', () => {
  test('are named as Java names them', () => {
    expect(dexClasses(dexFile(NAMES))).toEqual(NAMES);
  });

  test('none is none', () => expect(dexClasses(dexFile([]))).toEqual([]));

  test('whatever byte is changed, it is read or refused', () => {
    const dex = dexFile(NAMES);
    const { next: random } = seededRandom();
    for (let round = 0; round < 2_000; round += 1) {
      const damaged = Buffer.from(dex);
      damaged.writeUInt8(Math.floor(random() * 256), Math.floor(random() * damaged.length));
      try {
        expect(dexClasses(damaged).length).toBeLessThanOrEqual(dex.length);
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid_artifact' });
      }
    }
  });

  test.each([
    ['cut short', (dex: Buffer) => dex.subarray(0, -40)],
    ['empty', () => Buffer.alloc(0)],
    ['a text', () => Buffer.from('x'.repeat(500))],
  ])('%s is refused', (_, damage) => {
    expect(() => dexClasses(damage(dexFile(NAMES)))).toThrow(expect.objectContaining({ code: 'invalid_artifact' }));
  });
});

describe('of an APK', () => {
  test('all dex files are read', async () => {
    const parts = [dexFile(['a.One']), dexFile(['b.Two'])].map((content, index) => ({
      name: `classes${index === 0 ? '' : index + 1}.dex`,
      content,
    }));
    const more = { name: 'assets/classes3.dex', content: dexFile(['c.NotCode']) };
    expect(await readDefinedClasses(sourceOf(apkFile({}, [...parts, more])))).toEqual(['a.One', 'b.Two']);
  });

  test('a real one defines the activities that it declares', async () => {
    const { manifest } = await readApk(sourceOf(apiDemos()));
    const defined = new Set(await readDefinedClasses(sourceOf(apiDemos())));
    const activities = manifest.components.filter(({ kind }) => kind === 'activity').map(({ name }) => name);
    expect(activities.length).toBeGreaterThan(100);
    expect(activities.filter((name) => !defined.has(name))).toEqual([]);
  });
});
