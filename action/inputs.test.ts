import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parse as parseYaml } from 'yaml';
import { StartRun } from '../backend/contract/runs.ts';
import { parseInputs, parseServer } from './inputs.ts';

const parse = (given: Record<string, string>) => {
  const all: Record<string, string> = { server: 'https://devicelane.example.com', app: 'app.apk', ...given };
  return parseInputs((name) => all[name] ?? '');
};

test('what is not given has the defaults of the server', () => {
  const { run, ...rest } = parse({});
  const artifacts = [{ artifactId: `art_${'0'.repeat(32)}`, role: 'app' as const }];
  const commit = { sha: 'a'.repeat(40) };
  expect(StartRun.parse({ ...run, artifacts, commit })).toEqual(StartRun.parse({ artifacts, commit }));
  expect(rest).toEqual({
    server: 'https://devicelane.example.com',
    app: 'app.apk',
    tests: null,
    artifact: null,
    token: null,
    junit: null,
  });
});

test('every input arrives in what the server takes', () => {
  const { run } = parse({
    farm: 'local\nfirebase',
    framework: 'instrumentation',
    devices: '\n# phones\n  Pixel 8 @ 34  \r\n\nGalaxy S23 @ 33, landscape\n',
    shards: '4',
    retries: '2',
    env: 'A=1\n# no\n\nB=x=y # z\nC=',
    timeout: '60',
    'queue-timeout': '5',
    wait: 'False',
    'fail-on': 'any',
    name: 'Smoke',
  });
  expect(run).toEqual({
    farms: ['local', 'firebase'],
    framework: 'instrumentation',
    devices: ['Pixel 8 @ 34', 'Galaxy S23 @ 33, landscape'],
    shards: 4,
    retries: 2,
    env: { A: '1', B: 'x=y # z', C: '' },
    timeout: 60,
    queueTimeout: 5,
    failOn: 'any',
    name: 'Smoke',
    wait: false,
  });
});

test('reads what action.yml declares, and nothing else, with the same defaults', () => {
  const { inputs } = parseYaml(readFileSync(new URL('../action.yml', import.meta.url), 'utf8'));
  const asked = new Set<string>();
  const given: Record<string, string> = { server: 'https://devicelane.example.com', app: 'app.apk' };
  const parsed = parseInputs((name) => {
    asked.add(name);
    return given[name] ?? inputs[name]?.default ?? '';
  });
  expect([...asked].sort()).toEqual(Object.keys(inputs).sort());
  expect(parsed).toEqual({ ...parse({}), junit: 'devicelane-junit.xml' });
});

describe('a refusal names the input and what would be right', () => {
  test.each([
    ['shards', '0', 'from 1 to 100'],
    ['shards', 'many', 'from 1 to 100'],
    ['retries', '11', 'from 0 to 10'],
    ['retries', '-1', 'from 0 to 10'],
    ['retries', '1.5', 'from 0 to 10'],
    ['timeout', '0x10', 'from 1 to 1440'],
    ['queue-timeout', '1441', 'from 1 to 1440'],
    ['wait', 'yes', 'true or false'],
    ['fail-on', 'always', 'new, any, never'],
    ['framework', 'espresso', 'instrumentation'],
    ['name', 'x'.repeat(101), '100 characters'],
    ['devices', 'x'.repeat(201), '200 characters'],
    ['devices', 'x\n'.repeat(101), 'at most 100'],
    ['env', 'NOVALUE', 'KEY=value'],
    ['env', '1A=x', 'KEY=value'],
    ['env', 'A=1\nA=2', 'twice'],
    ['server', '', 'required'],
  ])('%s: %s', (input, value, right) => {
    expect(() => parse({ [input]: value })).toThrow(
      expect.objectContaining({ exitCode: 2, input, message: expect.stringContaining(right) }),
    );
  });

  test('and never repeats a value of `env`', () => {
    expect(() => parse({ env: 'A B=very-secret' })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('very-secret') }),
    );
  });

  test('app, unless a workflow artifact is named', () => {
    expect(() => parse({ app: '' })).toThrow(expect.objectContaining({ input: 'app' }));
    expect(parse({ app: '', artifact: 'build' })).toMatchObject({ app: null, artifact: 'build' });
  });
});

describe('the server', () => {
  test.each([
    ['https://devicelane.example.com', 'https://devicelane.example.com'],
    ['https://devicelane.example.com/', 'https://devicelane.example.com'],
    ['https://example.com/devicelane/', 'https://example.com/devicelane'],
    ['http://127.0.0.1:4680', 'http://127.0.0.1:4680'],
    ['http://localhost:4680/', 'http://localhost:4680'],
    ['http://[::1]:4680', 'http://[::1]:4680'],
  ])('%s is %s', (text, server) => {
    expect(parseServer(text)).toBe(server);
  });

  test.each([
    'http://devicelane.example.com',
    'http://127.0.0.1.example.com',
    'http://localhost.example.com',
    'ftp://127.0.0.1',
    'devicelane.example.com',
    'https://user:pass@example.com',
    'https://example.com/?a=b',
    'https://example.com/#a',
  ])('%s is refused', (text) => {
    expect(() => parseServer(text)).toThrow(expect.objectContaining({ exitCode: 2, input: 'server' }));
  });
});
