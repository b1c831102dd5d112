/** Everything that is checked without running the product: types, lint, import rules, generated tables, lockfile, dist. */
import { spawnSync } from 'node:child_process';

const JEST = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', 'node_modules/jest/bin/jest.js'];
const CHECKS: readonly { what: string; command: readonly string[] }[] = [
  { what: 'types', command: ['tsc'] },
  { what: 'lint and format', command: ['biome', 'ci', '--error-on-warnings', '--colors=off', '.'] },
  { what: 'import rules and build tools', command: ['node', ...JEST, '--config', '.github/build/jest.config.json'] },
  { what: "the README's tables", command: ['node', '.github/build/readme-tables.ts', '--check'] },
  { what: 'lockfile', command: ['node', '.github/build/lockfile.ts', '--check'] },
  { what: 'dist is fresh', command: ['node', '.github/build/dist-fresh.ts'] },
];

let failed = 0;
for (const { what, command } of CHECKS) {
  const [program = '', ...args] = command;
  const result = spawnSync(program, args, { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
  const isFine = result.status === 0;
  console.log(`${isFine ? 'ok    ' : 'FAILED'} ${what}`);
  if (isFine) continue;
  console.log(`${result.stdout ?? ''}${result.stderr ?? ''}${result.error ?? ''}`);
  failed += 1;
}
console.log(`${CHECKS.length - failed} passed, ${failed} failed, 0 skipped`);
process.exitCode = failed > 0 ? 1 : 0;
