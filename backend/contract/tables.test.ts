import { describe, expect, test } from '@jest/globals';
import { ERROR_CODES } from '../errors.ts';
import { OPERATIONS } from './oauth.ts';
import { ROUTES, type Route } from './routes.ts';
import { VERDICT_TABLE, VERDICTS, verdictRow, worstVerdict } from './verdicts.ts';

describe('the table of verdicts', () => {
  test('has a row for every verdict, from worst to best, and two for failed', () => {
    const expected = VERDICTS.flatMap((verdict) => (verdict === 'failed' ? [verdict, verdict] : [verdict]));
    expect(VERDICT_TABLE.map((row) => row.verdict)).toEqual(expected);
  });

  test('lets nothing but passed and flaky be green, whatever fails the check', () => {
    const green = VERDICT_TABLE.filter((row) => Object.values(row.conclusion).includes('success'));
    expect(green.map((row) => row.verdict)).toEqual(['flaky', 'passed']);
  });

  test('exits with 0 on success and never on a conclusion that blocks', () => {
    for (const { conclusion, exitCode } of VERDICT_TABLE) {
      for (const failOn of ['new', 'any', 'never'] as const) {
        if (conclusion[failOn] === 'success') expect(exitCode[failOn]).toBe(0);
        if (['failure', 'timed_out', 'cancelled'].includes(conclusion[failOn])) expect(exitCode[failOn]).not.toBe(0);
      }
    }
  });

  test('turns every conclusion that is not success into neutral with fail-on: never', () => {
    for (const row of VERDICT_TABLE) {
      expect(row.conclusion.never).toBe(row.conclusion.any === 'success' ? 'success' : 'neutral');
    }
  });

  test.each([
    ['failed', 0, { new: 0, any: 1, never: 0 }],
    ['failed', 1, { new: 1, any: 1, never: 0 }],
    ['errored', 0, { new: 4, any: 4, never: 4 }],
    ['cancelled', 0, { new: 130, any: 130, never: 130 }],
    ['invalid', 0, { new: 3, any: 3, never: 3 }],
  ] as const)('exits as the contract says for %s with %i new failures', (verdict, newFailures, exitCode) => {
    expect(verdictRow(verdict, newFailures).exitCode).toEqual(exitCode);
  });

  test('takes the worst of several, and none of none', () => {
    expect(worstVerdict([])).toBeNull();
    for (const [index, worse] of VERDICTS.entries()) {
      for (const better of VERDICTS.slice(index)) expect(worstVerdict([better, worse, 'passed'])).toBe(worse);
    }
  });
});

describe('the routes', () => {
  const routes = Object.entries(ROUTES) as [string, Route][];

  test('are each a method and path of their own', () => {
    const keys = routes.map(([, route]) => `${route.method} ${route.path.replaceAll(/\{\w+\}/g, '{}')}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test.each(routes)('%s declares its parameters, its access and errors of the closed list', (_, route) => {
    const named = [...route.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    expect(Object.keys(route.params ?? {}).sort()).toEqual(named.sort());
    if ('operation' in route.access) expect(OPERATIONS).toContain(route.access.operation);
    for (const code of route.errors) expect(Object.keys(ERROR_CODES)).toContain(code);
    if (route.access.who.startsWith('machine')) {
      expect(route.errors).toEqual(expect.arrayContaining(['unauthenticated', 'invalid_token', 'forbidden']));
    }
  });

  test('are open to anybody only where they must be', () => {
    const open = routes.filter(([, route]) => route.access.who === 'public').map(([name]) => name);
    expect(open).toEqual([
      'exchangeToken',
      'revokeToken',
      'reportLeak',
      'githubHook',
      'farmHook',
      'signInPage',
      'signIn',
      'signOut',
      'stylesheet',
      'health',
      'ready',
      'openapi',
    ]);
  });

  test('under /v1 are never open to anybody', () => {
    for (const [, route] of routes) if (route.path.startsWith('/v1/')) expect(route.access.who).not.toBe('public');
  });
});
