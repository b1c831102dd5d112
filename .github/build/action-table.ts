/**
 * Writes the tables of inputs and outputs in README.md from action.yml, between `<!-- inputs -->` and `<!-- /inputs -->`
 * (and the same for outputs). `--check` writes nothing, and fails when they differ.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parse } from 'yaml';

type Input = { description: string; required?: boolean; default?: string };
type ActionFile = { inputs: Record<string, Input>; outputs: Record<string, { description: string }> };

/** The README with both tables made anew. Throws where a pair of marks is missing. */
export function withTables(readme: string, actionFile: string): string {
  const { inputs, outputs } = parse(actionFile) as ActionFile;
  const inputRows = Object.entries(inputs).map(([name, input]) => [code(name), defaultOf(input), input.description]);
  const outputRows = Object.entries(outputs).map(([name, output]) => [code(name), output.description]);
  const withInputs = replaceBetween(readme, 'inputs', table(['input', 'default', 'meaning'], inputRows));
  return replaceBetween(withInputs, 'outputs', table(['output', 'meaning'], outputRows));
}

function defaultOf(input: Input): string {
  if (input.required) return 'required';
  return input.default === undefined ? '' : code(input.default);
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(heads: string[], rows: string[][]): string {
  const line = (cells: string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(heads), `|${heads.map(() => '---|').join('')}`, ...rows.map(line)].join('\n');
}

function replaceBetween(text: string, mark: string, content: string): string {
  const [open, close] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const start = text.indexOf(open);
  const end = text.indexOf(close, start);
  if (start < 0 || end < 0) throw new Error(`README.md lacks ${open} … ${close}`);
  return `${text.slice(0, start + open.length)}\n${content}\n${text.slice(end)}`;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const root = new URL('../../', import.meta.url);
  const readme = readFileSync(new URL('README.md', root), 'utf8');
  const wanted = withTables(readme, readFileSync(new URL('action.yml', root), 'utf8'));
  if (!process.argv.includes('--check')) writeFileSync(new URL('README.md', root), wanted);
  else if (wanted !== readme) {
    console.error('README.md: its tables differ from action.yml; run node .github/build/action-table.ts');
    process.exitCode = 1;
  }
}
