import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { withTables } from './action-table.ts';

const README =
  'before\n<!-- inputs -->\nSTALE\n<!-- /inputs -->\nbetween\n<!-- outputs -->\n<!-- /outputs -->\nafter\n';
const ACTION = readFileSync(new URL('../../action.yml', import.meta.url), 'utf8');

test('makes a row for every input and output, and leaves the rest alone', () => {
  const readme = withTables(README, ACTION);
  const { inputs, outputs } = parse(ACTION);
  for (const name of [...Object.keys(inputs), ...Object.keys(outputs)]) expect(readme).toContain(`| \`${name}\` |`);
  expect(readme).toContain('| `server` | required |');
  expect(readme).toContain('| `timeout` | `30` |');
  expect(readme).not.toContain('STALE');
  expect(readme).toMatch(/^before\n[\s\S]*between\n[\s\S]*after\n$/);
});

test('changes nothing the second time', () => {
  const once = withTables(README, ACTION);
  expect(withTables(once, ACTION)).toBe(once);
});

test('says which marks are missing', () => {
  expect(() => withTables('nothing', ACTION)).toThrow('<!-- inputs -->');
});
