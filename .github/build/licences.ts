/** Collects the licence texts of the packages that end up in a bundle: their terms ask that the text goes along. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'rolldown';

type Package = { name: string; version: string; license?: string; text: string };

/**
 * A plugin, shared by all bundles of one folder, that writes `licenses.txt` for all of them.
 *
 * @param beside folders of packages of which a file lies beside the bundles
 */
export function licences(beside: readonly string[]): Plugin {
  const found = new Map<string, Package>(beside.map((folder) => [folder, readPackage(folder)]));
  return {
    name: 'licences',
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        for (const id of chunk.moduleIds) {
          const folder = packageFolder(id.replace(/^\0/, ''));
          if (folder && !found.has(folder)) found.set(folder, readPackage(folder));
        }
      }
      this.emitFile({ type: 'asset', fileName: 'licenses.txt', source: render([...found.values()]) });
    },
  };
}

/** The folder of the installed package that the file belongs to; null for our own. */
function packageFolder(file: string): string | null {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? null;
}

function readPackage(folder: string): Package {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package;
  const file = readdirSync(folder)
    .sort()
    .find((entry) => /^licen[cs]e/i.test(entry));
  const text = file ? readFileSync(join(folder, file), 'utf8') : 'The package carries no licence text.';
  return { name, version, license: license ?? 'no licence stated', text: text.replaceAll('\r\n', '\n').trim() };
}

function render(packages: Package[]): string {
  const key = (one: Package) => `${one.name}@${one.version}`;
  const sorted = packages.sort((a, b) => (key(a) < key(b) ? -1 : 1));
  const unique = sorted.filter((one, index) => index === 0 || key(one) !== key(sorted[index - 1] as Package));
  return `${unique.map((one) => `${key(one)} (${one.license})\n\n${one.text}\n`).join(`\n${'-'.repeat(80)}\n\n`)}`;
}
