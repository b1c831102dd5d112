/** Writes the README's tables from what they tell of: `action.yml`, `config.ts`, the verdicts. `--check` only compares. */
import { readFileSync, writeFileSync } from 'node:fs';
import { VARIABLES } from '../../backend/config.ts';
import { FailOn } from '../../backend/contract/terms.ts';
import { VERDICT_TABLE } from '../../backend/contract/verdicts.ts';
import { withTables } from './action-table.ts';
import { code, replaceBetween, table } from './markdown-table.ts';

/** One value where all of `fail-on` agree; otherwise each value with those that have it. */
function byFailOn(values: Record<FailOn, number | string>): string {
  const distinct = [...new Set(FailOn.options.map((option) => values[option]))];
  if (distinct.length === 1) return String(distinct[0]);
  const havers = (value: number | string) => FailOn.options.filter((option) => values[option] === value).map(code);
  return distinct.map((value) => `${value} (${havers(value).join(', ')})`).join(', ');
}

function verdictRow(row: (typeof VERDICT_TABLE)[number]): string[] {
  const what = row.somethingNew === null ? '' : row.somethingNew ? ', something new' : ', nothing new';
  return [code(row.verdict) + what, row.when, byFailOn(row.exitCode), byFailOn(row.conclusion)];
}

const root = new URL('../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');
const parts = {
  configuration: table(
    ['variable', 'default', 'meaning'],
    VARIABLES.map(({ name, fallback, meaning }) => [code(name), fallback, meaning]),
  ),
  verdicts: table(
    ['verdict, worst first', 'when', 'exit code by `fail-on`', 'conclusion of the check'],
    VERDICT_TABLE.map(verdictRow),
  ),
};
let wanted = withTables(readme, readFileSync(new URL('action.yml', root), 'utf8'));
for (const [mark, content] of Object.entries(parts)) wanted = replaceBetween(wanted, mark, content);
if (!process.argv.includes('--check')) writeFileSync(new URL('README.md', root), wanted);
else if (wanted !== readme) {
  console.error('README.md: a table is stale; run node .github/build/readme-tables.ts');
  process.exitCode = 1;
}
