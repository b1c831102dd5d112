import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as yauzl from 'yauzl';
import { findFile } from './find-files.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'devicelane-find-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function write(...paths: string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), `content of ${path}`);
  }
}

async function nameOf(input: 'app' | 'tests', pattern: string): Promise<string> {
  const file = await findFile(input, pattern, folder);
  await file.close();
  return file.name;
}

describe('the one file', () => {
  test.each(['out/app.apk', 'out/*.apk', '**/*.apk', './out/a?p.apk', 'out/**'])('is found by %s', async (pattern) => {
    await write('out/app.apk', 'out/output-metadata.json');
    expect(await nameOf('app', pattern)).toBe('app.apk');
  });

  test('is found by an absolute path', async () => {
    await write('app.ipa');
    expect(await nameOf('app', join(folder, 'app.ipa'))).toBe('app.ipa');
  });

  test('may have a name that looks like a pattern', async () => {
    await write('app[1].apk', 'app1.apk');
    expect(await nameOf('app', 'app[1].apk')).toBe('app[1].apk');
  });

  test('is read as it was when it was found', async () => {
    await write('app.apk');
    const file = await findFile('app', 'app.apk', folder);
    await rm(join(folder, 'app.apk'));
    await write('app.apk', 'other.apk');
    expect(Buffer.from(await file.read(8, 100)).toString()).toBe('of app.apk');
    await file.close();
  });
});

describe('a refusal names the input', () => {
  test('and what the pattern matched', async () => {
    await write('a.apk', 'b.apk');
    await expect(findFile('app', '*.apk', folder)).rejects.toMatchObject({
      exitCode: 2,
      input: 'app',
      message: expect.stringMatching(/^app: .*exactly one APK, AAB or IPA.*matches 2: a\.apk, b\.apk/),
    });
  });

  test('and says when it matched nothing', async () => {
    await expect(findFile('tests', '*.apk', folder)).rejects.toThrow(/^tests: .*matches nothing/);
  });

  test('and what it matched instead of a build', async () => {
    await write('app.txt');
    await expect(findFile('app', '*', folder)).rejects.toThrow(
      /has not one of the endings \.apk, \.aab, \.ipa: app\.txt/,
    );
  });

  test('and lists no more than ten', async () => {
    await write(...Array.from({ length: 15 }, (_, index) => `${index}.apk`));
    await expect(findFile('app', '*.apk', folder)).rejects.toThrow(/and 5 more/);
  });

  test('for an empty file', async () => {
    await writeFile(join(folder, 'app.apk'), '');
    await expect(findFile('app', 'app.apk', folder)).rejects.toThrow(/^app: app\.apk is empty/);
  });

  test('for a folder as the app', async () => {
    await mkdir(join(folder, 'App.app'));
    await expect(findFile('app', 'App.app', folder)).rejects.toMatchObject({ exitCode: 2, input: 'app' });
  });
});

describe('a folder of Maestro flows', () => {
  async function entriesOf(zip: Buffer): Promise<Record<string, string>> {
    const file = await promisify<Buffer, yauzl.Options, yauzl.ZipFile>(yauzl.fromBuffer)(zip, { lazyEntries: true });
    const found: Record<string, string> = {};
    for await (const { entry, text } of read(file)) found[entry] = text;
    return found;
  }

  async function* read(file: yauzl.ZipFile) {
    const open = promisify(file.openReadStream.bind(file)) as (entry: yauzl.Entry) => Promise<NodeJS.ReadableStream>;
    for (let left = file.entryCount; left > 0; left--) {
      const entry = await new Promise<yauzl.Entry>((resolve, reject) => {
        file.once('entry', resolve);
        file.once('error', reject);
        file.readEntry();
      });
      let text = '';
      for await (const chunk of await open(entry)) text += chunk;
      yield { entry: entry.fileName, text };
    }
  }

  const zipped = async () => {
    const file = await findFile('tests', 'flows', folder);
    return { file, bytes: Buffer.from(await file.read(0, file.size)) };
  };

  test('is zipped, file by file', async () => {
    await write('flows/login.yaml', 'flows/sub/überweisung.yml');
    const { file, bytes } = await zipped();
    expect(file).toMatchObject({ name: 'flows.zip', kind: 'maestro_zip' });
    expect(await entriesOf(bytes)).toEqual({
      'login.yaml': 'content of flows/login.yaml',
      'sub/überweisung.yml': 'content of flows/sub/überweisung.yml',
    });
  });

  test('gives the same bytes every time', async () => {
    await write('flows/b.yaml', 'flows/a.yaml');
    expect((await zipped()).file.sha256).toBe((await zipped()).file.sha256);
  });

  test('does not follow a link out of the folder', async () => {
    await write('flows/a.yaml', 'secret.yaml');
    await symlink(join(folder, 'secret.yaml'), join(folder, 'flows/link.yaml'));
    expect(Object.keys(await entriesOf((await zipped()).bytes))).toEqual(['a.yaml']);
  });

  test('without a flow is refused', async () => {
    await write('flows/readme.txt');
    await expect(findFile('tests', 'flows', folder)).rejects.toThrow(/^tests: .*without a Maestro flow/);
  });
});
