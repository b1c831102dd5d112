/** Consecutive builds, as their makers published them: what an upload of a rebuilt file is measured with. */
import { execFile } from 'node:child_process';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export type Pair = { name: string; earlier: string; later: string };

type Published = { package: string; versions: readonly string[]; files: (version: string) => string[] };

/** Real apps. */
export const APPS: readonly Published[] = [
  {
    package: 'io.appium.settings',
    versions: ['7.1.7', '7.1.9', '7.1.11'],
    files: () => ['apks/settings_apk-debug.apk'],
  },
  {
    package: 'appium-uiautomator2-server',
    versions: ['10.6.2', '10.6.4', '10.6.6'],
    files: (version) => [`apks/appium-uiautomator2-server-v${version}.apk`],
  },
  { package: 'android-apidemos', versions: ['4.1.1', '5.0.0'], files: () => ['apks/ApiDemos-debug.apk'] },
];

/** Libraries as they go into apps: what of an app is native code, which nobody publishes builds of one after the other. */
export const LIBRARIES: readonly Published[] = [
  {
    package: 'react-native',
    versions: ['0.70.14', '0.70.15'],
    files: (version) =>
      ['react-native', 'hermes-engine'].flatMap((name) =>
        ['debug', 'release'].map(
          (kind) => `android/com/facebook/react/${name}/${version}/${name}-${version}-${kind}.aar`,
        ),
      ),
  },
  { package: 'hermes-engine', versions: ['0.10.0', '0.11.0'], files: () => ['android/hermes-release.aar'] },
];

/** Fetches the builds from the package registry into the folder. */
export async function fetchPairs(folder: string, published: readonly Published[]): Promise<Pair[]> {
  const pairs: Pair[] = [];
  for (const { package: name, versions, files } of published) {
    const builds: string[][] = [];
    for (const version of versions) {
      const { stdout } = await run('npm', ['pack', '--silent', `${name}@${version}`], { cwd: folder });
      const into = join(folder, `${name}-${version}`);
      const wanted = files(version).map((file) => join('package', file));
      await run('mkdir', [into]);
      await run('tar', ['xzf', join(folder, stdout.trim().split('\n').at(-1) as string), '-C', into, ...wanted]);
      builds.push(wanted.map((file) => join(into, file)));
    }
    for (let at = 1; at < builds.length; at++) {
      for (const [index, later] of (builds[at] as string[]).entries()) {
        const earlier = builds[at - 1]?.[index] as string;
        pairs.push({ name: `${name} ${versions[at - 1]} → ${versions[at]}, ${basename(later)}`, earlier, later });
      }
    }
  }
  return pairs;
}
