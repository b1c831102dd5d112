/** The README's tables of inputs and outputs, made from action.yml. */
import { parse } from 'yaml';
import { code, replaceBetween, table } from './markdown-table.ts';

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
