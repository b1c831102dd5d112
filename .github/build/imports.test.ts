import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { ONE_IMPORTER, RULES, UNBOUND } from './import-rules.ts';

const TOP = fileURLToPath(new URL('../../', import.meta.url));
const isTest = (path: string): boolean =>
  /\.(test|slow|shared)\.ts$/.test(path) || /\/(testing|contract)\.ts$/.test(path);

function sources(folder: string): string[] {
  return readdirSync(join(TOP, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => join(folder, path))
    .filter((path) => path.endsWith('.ts') && !path.includes('node_modules'));
}

type Import = { from: string; to: string; isOurs: boolean };

/** Every import of a file, static, dynamic and of types alike. */
function importsOf(path: string): Import[] {
  const text = readFileSync(join(TOP, path), 'utf8');
  const found = text.matchAll(/(?:^|[;\n])\s*(?:import|export)\s(?:[^'";]*?from\s+)?'([^']+)'|import\('([^']+)'\)/g);
  return [...found].flatMap((match): Import[] => {
    const to = match[1] ?? match[2] ?? '';
    if (to.startsWith('node:')) return [];
    if (!to.startsWith('.')) return [{ from: path, to: packageOf(to), isOurs: false }];
    return [{ from: path, to: relative(TOP, join(TOP, dirname(path), to)), isOurs: true }];
  });
}

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

const all = [...sources('action'), ...sources('backend')];
// A test may use what it needs; what it tests stands under the rules. Suites that providers share are tests too.
const bound = all.filter(
  (path) =>
    !isTest(path) &&
    !path.includes('/testing/') &&
    !path.endsWith('/contract.ts') &&
    !UNBOUND.some((free) => path.startsWith(free)),
);

function ruleFor(path: string) {
  const matching = RULES.filter((rule) => path.startsWith(rule.folder));
  return matching.sort((a, b) => b.folder.length - a.folder.length)[0];
}

describe('import rules', () => {
  test('there is something to hold', () => {
    expect(bound.length).toBeGreaterThan(100);
    expect(bound.flatMap(importsOf).length).toBeGreaterThan(300);
  });

  test('every file stands under a rule', () => {
    expect(bound.filter((path) => !ruleFor(path))).toEqual([]);
  });

  test('every import is one that its folder may make', () => {
    const broken = bound.flatMap((path) => {
      const rule = ruleFor(path);
      if (!rule) return [];
      const own = rule.folder.endsWith('/') ? rule.folder : `${path}`;
      return importsOf(path)
        .filter(({ to, isOurs }) =>
          isOurs
            ? !to.startsWith(own) &&
              !(rule.folder === 'action/' && to.startsWith('action/')) &&
              !rule.ours.some((ours) => to.startsWith(ours))
            : !rule.packages.includes(to),
        )
        .map(({ from, to }) => `${from} imports ${to}`);
    });
    expect(broken).toEqual([]);
  });

  test('a vendor is imported by exactly one file', () => {
    const imports = bound.flatMap(importsOf);
    for (const [vendor, only] of Object.entries(ONE_IMPORTER)) {
      expect([vendor, ...new Set(imports.filter(({ to }) => to === vendor).map(({ from }) => from))]).toEqual([
        vendor,
        only,
      ]);
    }
  });

  test('only command-line.ts and tests import wire.ts, testing and bench', () => {
    const outside = bound.flatMap(importsOf).filter(({ to }) => UNBOUND.some((free) => to.startsWith(free)));
    expect(outside.map(({ from, to }) => `${from} imports ${to}`)).toEqual([
      'backend/command-line.ts imports backend/wire.ts',
    ]);
  });

  test('the environment is read in one place of each side', () => {
    const readers = bound.filter((path) => readFileSync(join(TOP, path), 'utf8').includes('process.env'));
    expect(readers.sort()).toEqual(['action/index.ts', 'action/post.ts', 'backend/main.ts']);
  });

  test('a file is named for what is in it, and holds one idea', () => {
    const vague = all.filter((path) => /(^|\/)(utils?|helpers?|managers?|common|lib|misc)(\/|\.ts$)/.test(path));
    const long = all.filter((path) => !isTest(path) && readFileSync(join(TOP, path), 'utf8').split('\n').length > 300);
    expect({ vague, long }).toEqual({ vague: [], long: [] });
  });
});
