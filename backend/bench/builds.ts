/** Consecutive builds of real apps, as their makers published them: what an upload of a rebuilt app is measured with. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type Pair = { name: string; earlier: string; later: string };

type Published = { package: string; versions: readonly string[]; file: (version: string) => string };

const PUBLISHED: readonly Published[] = [
  { package: 'io.appium.settings', versions: ['7.1.7', '7.1.9', '7.1.11'], file: () => 'apks/settings_apk-debug.apk' },
  {
    package: 'appium-uiautomator2-server',
    versions: ['10.6.2', '10.6.4', '10.6.6'],
    file: (version) => `apks/appium-uiautomator2-server-v${version}.apk`,
  },
  { package: 'android-apidemos', versions: ['4.1.1', '5.0.0'], file: () => 'apks/ApiDemos-debug.apk' },
];

/** Fetches the builds from the package registry into the folder. */
export async function fetchPairs(folder: string): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (const { package: name, versions, file } of PUBLISHED) {
    const files: string[] = [];
    for (const version of versions) {
      const { stdout } = await run('npm', ['pack', '--silent', `${name}@${version}`], { cwd: folder });
      const into = join(folder, `${name}-${version}`);
      await run('mkdir', [into]);
      await run('tar', ['xzf', join(folder, stdout.trim().split('\n').at(-1) as string), '-C', into]);
      files.push(join(into, 'package', file(version)));
    }
    for (let at = 1; at < files.length; at++) {
      pairs.push({
        name: `${name} ${versions[at - 1]} → ${versions[at]}`,
        earlier: files[at - 1] as string,
        later: files[at] as string,
      });
    }
  }
  return pairs;
}
